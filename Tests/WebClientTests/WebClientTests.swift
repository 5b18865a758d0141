import Testing

@Suite struct WebClientTests {}
