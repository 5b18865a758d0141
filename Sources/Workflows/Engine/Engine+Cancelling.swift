internal import Storage

extension Engine {
  /// Whether a function is registered here, an archived one too.
  package func has(function id: String) -> Bool { core.functions[id] != nil }

  /// Cancels the runs of a function that began between two times and whose event is accepted; gives how many. Those that
  /// have not begun count by when they were made. Times are UTC milliseconds.
  ///
  /// A few at a time are cancelled in one transaction: where the process dies meanwhile, some are and others are not.
  package func cancelRuns(
    of functionID: String, after earliest: Int64?, before latest: Int64, reason: String,
    where accepts: @escaping @Sendable (Event) -> Bool
  ) async throws -> Int {
    let span = RunSpan(functionID: functionID, earliest: earliest ?? .min, latest: latest)
    var last = ""
    var count = 0
    while true {
      let after = last
      let (ids, cancelled) = try await core.commit { commit in
        let ids = try span.runs(commit.db, after: after)
        var cancelled: [String] = []
        for id in ids {
          guard let event = try Run.fetch(commit.db, id: id)?.events(commit.db).first,
            accepts(event), try commit.cancel(id, reason: reason)
          else { continue }
          cancelled.append(id)
        }
        return (ids, cancelled)
      }
      for id in cancelled { core.live[id]?.stop(.lost) }
      count += cancelled.count
      guard let final = ids.last, ids.count == RunSpan.batch else { return count }
      last = final
    }
  }
}

/// A function's runs of some time that have not ended.
private struct RunSpan: Sendable {
  static let batch = 200

  let functionID: String
  let earliest: Int64
  let latest: Int64

  func runs(_ db: any Connection, after id: String) throws -> [String] {
    try db.rows(
      """
      SELECT id FROM workflow_run
      WHERE function_id = :function AND id > :after AND ended_ms IS NULL
        AND coalesce(started_ms, created_ms) > :earliest
        AND coalesce(started_ms, created_ms) < :latest
      ORDER BY id LIMIT :batch
      """,
      [
        "function": functionID, "after": id, "earliest": earliest, "latest": latest,
        "batch": Self.batch,
      ]
    ).map { try $0.get("id") }
  }
}
