internal import CLibav
public enum LibavVersion { public static var codec: UInt32 { avcodec_version() } }
