import Storage
import Testing

@testable import Jobs

@Suite struct QueryPlanTests {
  @Test(
    "claiming reads queued jobs in their order by the index, and the few others by theirs",
    arguments: [Set(JobKind.allCases), [.segment, .film]])
  func claim(kinds: Set<JobKind>) async throws {
    let stage = try QueueStage()
    let claim = RenderJob.Claim(
      kinds: kinds, excluding: ["x"], owner: "w", following: "k", now: 1, until: 2, lapsed: 0)
    var arguments = claim.filter
    for name in ["owner", "following", "failure"] { arguments[name] = "k".sqlValue }
    arguments["until"] = 2.sqlValue
    let plan = try await stage.plan(claim.statement, arguments)
    let tables = plan.filter { $0.contains(" render_job ") || $0.contains(" previous ") }
    #expect(
      Set(tables) == [
        "SCAN render_job USING INDEX render_job_queued",
        "SEARCH render_job USING INDEX render_job_leased (lease_until_ms<?)",
        "SEARCH render_job USING INDEX render_job_live_key (kind=? AND key=?)",
        "SEARCH previous USING INDEX render_job_live_next (next_key=?)",
        "SEARCH render_job USING INDEX sqlite_autoindex_render_job_1 (id=?)",
      ], "\(plan)")
  }

  @Test(
    "no query that is asked often reads the whole table",
    arguments: [
      ("SELECT id, owner, fence FROM render_job WHERE state = 'leased'", "render_job_leased"),
      (
        "SELECT 1 FROM render_job WHERE state = 'leased' AND lease_until_ms <= 1",
        "render_job_leased"
      ),
      (
        "SELECT 1 FROM render_job WHERE state = 'queued' AND is_paused = 0 AND run_at_ms > 1",
        "render_job_queued"
      ),
      ("SELECT count(*) FROM render_job WHERE \(RenderJob.isLive)", "INDEX render_job_live"),
      (
        "SELECT state, count(*) FROM render_job WHERE ended_ms IS NOT NULL GROUP BY state",
        "COVERING INDEX render_job_ended"
      ),
      (
        "SELECT id FROM render_job WHERE kind = 'segment' AND key = 'k' AND key IS NOT NULL AND state IN ('queued', 'leased')",
        "render_job_live_key"
      ),
      (
        "SELECT elapsed_ms FROM render_job WHERE kind = 'film' AND ended_ms IS NOT NULL AND elapsed_ms IS NOT NULL AND weight > 0 ORDER BY ended_ms DESC LIMIT 50",
        "render_job_ended"
      ),
      (
        "SELECT id FROM render_job WHERE kind = 'film' AND ended_ms < 5 ORDER BY ended_ms, id LIMIT 5",
        "render_job_ended"
      ),
      (
        "SELECT id FROM render_job WHERE kind = 'sound' AND key = 'k' AND \(RenderJob.hasResult)",
        "render_job_result"
      ),
      (
        "SELECT * FROM render_job WHERE kind IN ('film') ORDER BY id DESC LIMIT 100",
        "render_job_kind"
      ),
    ])
  func others(sql: String, index: String) async throws {
    let plan = try await QueueStage().plan(sql)
    #expect(plan.first?.contains(index) == true, "\(plan)")
  }
}

extension QueueStage {
  /// What SQLite says it will do.
  func plan(_ sql: String, _ arguments: SQLArguments = [:]) async throws -> [String] {
    try await database.read {
      try $0.rows("EXPLAIN QUERY PLAN " + sql, arguments).map { try $0.get("detail") }
    }
  }
}
