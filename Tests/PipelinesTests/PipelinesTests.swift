import Testing

@Suite struct PipelinesTests {}
