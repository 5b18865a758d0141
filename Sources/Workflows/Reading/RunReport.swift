public import Storage

/// All that can be said of a run, as of one moment.
public struct RunReport: Sendable {
  public let overview: RunOverview
  public let detail: RunDetail
  public let standing: RunStanding
}

extension Engine {
  /// Nil when the run is not there. `connection` is a transaction of the caller's.
  public func report(ofRun id: String, in connection: any Connection) throws -> RunReport? {
    guard let detail = try RunDetail.fetch(connection, id: id) else { return nil }
    return RunReport(
      overview: try RunOverview(detail.run, connection), detail: detail,
      standing: RunStanding(
        run: detail.run, reasons: try detail.reasons(connection, now: core.clock.now)))
  }
}
