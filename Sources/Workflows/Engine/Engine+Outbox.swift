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

  /// Ends a run in a transaction of the caller's, as `cancel(run:reason:)` does; false when it had ended already, or is
  /// not there. The node that executes it stops its task when the transaction is on the disk.
  public func cancel(
    run id: String, reason: String, in connection: any Connection
  ) throws -> Bool {
    var commit = core.makeCommit(connection)
    commit.room = 0
    return try commit.cancel(id, reason: reason)
  }
}
