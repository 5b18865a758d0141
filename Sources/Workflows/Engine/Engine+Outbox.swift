public import Storage

extension Engine {
  /// Sends events in a transaction of the caller's: they are stored with the caller's own records, or not at all. The
  /// nodes take them in when that transaction is on the disk.
  @discardableResult
  public func send(_ events: [OutgoingEvent], in connection: any Connection) throws -> [Event] {
    var commit = core.makeCommit(connection)
    // What this process would begin at once it could not take back with the caller's transaction.
    commit.room = 0
    return try commit.receive(events)
  }
}
