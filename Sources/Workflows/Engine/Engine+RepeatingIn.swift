public import Storage

extension Engine {
  /// Lets a run go on as `retry(run:)` does, in a transaction of the caller's.
  public func retry(run id: String, in connection: any Connection) throws {
    var commit = core.makeCommit(connection)
    commit.room = 0
    try commit.retry(id)
  }

  /// Replays a run as `replay(run:from:)` does, in a transaction of the caller's: the new run is there together with the
  /// caller's own records, or not at all.
  public func replay(
    run id: String, from step: String? = nil, in connection: any Connection
  ) throws -> String {
    var commit = core.makeCommit(connection)
    commit.room = 0
    return try commit.replay(id, from: step)
  }
}
