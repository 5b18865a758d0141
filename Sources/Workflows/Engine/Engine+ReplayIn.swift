public import Storage

extension Engine {
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
