internal import RemoteFunctions
internal import Workflows

extension [OutgoingEvent] {
  /// The same with data as it was sent: numbers that are longer than a double's are not rounded.
  ///
  /// Where the body has something that only this server's own API takes, such as a time in words, they are left as
  /// they are.
  func keepingNumbers(of body: [UInt8]) throws -> [OutgoingEvent] {
    let exact = EventBatch(parsing: body).events
    guard exact.count == count else { return self }
    return try zip(self, exact).map { event, exact in
      try OutgoingEvent(
        named: event.name, data: exact.data, id: event.senderID, at: event.timestamp,
        version: event.version)
    }
  }
}
