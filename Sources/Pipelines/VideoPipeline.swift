/// From a brief to a film: the functions, their records and what they call.
public enum VideoPipeline {}
