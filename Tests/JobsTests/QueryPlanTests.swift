import Storage
import Testing

@testable import Jobs

@Suite struct QueryPlanTests {
  @Test(
    "claiming reads the first queued job by its index and the few leased ones, however many have ended"
  )
  func claim() async throws {
    let stage = try QueueStage()
    let claim = RenderJob.Claim(
      kinds: [.segment, .film], excluding: ["x"], owner: "w", now: 1, until: 2, lapsed: 0)
    let plan = try await stage.plan(
      claim.selection() + " SELECT id FROM queued UNION ALL SELECT id FROM lapsed", claim.filter)
    #expect(plan.contains("SCAN render_job USING INDEX render_job_queued"))
    #expect(plan.contains { $0.hasPrefix("SEARCH render_job USING INDEX render_job_leased") })
    #expect(plan.filter { $0.contains(" render_job ") }.count == 2)
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
      (
        "SELECT count(*) FROM render_job WHERE kind IN ('segment', 'sound', 'film') AND state IN ('blocked', 'queued', 'leased')",
        "render_job_kind_state"
      ),
      (
        "SELECT id FROM render_job WHERE kind = 'segment' AND key = 'k' AND key IS NOT NULL AND state IN ('queued', 'leased')",
        "render_job_live_key"
      ),
      (
        "SELECT elapsed_ms FROM render_job WHERE kind = 'film' AND elapsed_ms IS NOT NULL AND weight > 0 ORDER BY ended_ms DESC LIMIT 50",
        "render_job_pace"
      ),
      (
        "SELECT * FROM render_job WHERE kind IN ('film') ORDER BY id DESC LIMIT 100",
        "render_job_kind"
      ),
    ])
  func others(sql: String, index: String) async throws {
    let plan = try await QueueStage().plan(sql)
    #expect(plan.allSatisfy { $0.contains(index) }, "\(plan)")
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
