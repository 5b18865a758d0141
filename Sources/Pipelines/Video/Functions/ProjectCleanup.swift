internal import Foundation
internal import Jobs
internal import Storage
internal import Workflows

extension VideoStudio {
  /// Every night, and when asked → projects past their time are forgotten with the files that nobody else uses, and so is
  /// what requests and uploads left behind that died.
  var projectCleanup: WorkflowFunction<CleanupRequested, CleanedUp> {
    WorkflowFunction(
      "project-cleanup",
      on: [
        .event(CleanupRequested.self), .cron("23 4 * * *") { _ in CleanupRequested() },
      ],
      options: FunctionOptions(
        retries: .times(2), limits: FlowLimits(concurrency: [.init(1)]))
    ) { request, step in
      let old = try await step.transaction("find old projects") { db -> [String] in
        try oldProjects(request.project, db)
      }
      var cleaned = CleanedUp(projects: old.count, assets: 0)
      for (number, id) in old.enumerated() {
        cleaned.assets += try await step.run("forget project \(number + 1)") {
          try await forget(id)
        }
      }
      if request.project == nil {
        try await step.run("remove what requests left") { try await removeCalls() }
        // Services keep and bill the parts of uploads that nobody finishes.
        cleaned.uploads = try await step.run("remove what uploads left") {
          try await assets.removeAbandoned(olderThan: .seconds(24 * 3600))
        }
        cleaned.assets += try await step.run("forget old uploads") { try await removeOldUploads() }
      }
      return cleaned
    }
  }

  private func oldProjects(_ named: String?, _ db: any Connection) throws -> [String] {
    if let named {
      return try Project.find(db, named).map { [$0.id] } ?? []
    }
    let before = clock.now - Int64(retention / .milliseconds(1))
    return try db.rows(
      "SELECT id FROM project WHERE ended_ms < :before ORDER BY id LIMIT 500", ["before": before]
    ).map { try $0.get("id") }
  }

  /// The records go first: a file without a record is found again, a record without its file is a lie.
  func forget(_ project: String) async throws -> Int {
    let unused = try await database.write { [queue] db -> [String] in
      guard let record = try Project.find(db, project) else { return [] }
      if let job = record.filmJob { try queue.abandon(job, in: db) }
      let hashes = try ownHashes(project, db)
      try db.execute("DELETE FROM project WHERE id = :id", ["id": project])
      return try hashes.filter { try !isUsed($0, db) }
    }
    for sha256 in unused { try await assets.remove(sha256) }
    try? FileManager.default.removeItem(atPath: projectFolder(project))
    return unused.count
  }

  private func ownHashes(_ project: String, _ db: any Connection) throws -> Set<String> {
    let rows = try db.rows(
      """
      SELECT sha256 FROM asset WHERE project_id = :id
      UNION SELECT note FROM asset WHERE project_id = :id AND role = 'speech' AND note IS NOT NULL
      UNION SELECT parsed_sha256 FROM document
        WHERE project_id = :id AND parsed_sha256 IS NOT NULL
      """, ["id": project])
    return Set(try rows.map { try $0.get("sha256") })
  }

  func isUsed(_ sha256: String, _ db: any Connection) throws -> Bool {
    try db.row(
      """
      SELECT 1 AS one WHERE EXISTS (SELECT 1 FROM asset WHERE sha256 = :sha256 OR note = :sha256)
        OR EXISTS (SELECT 1 FROM document WHERE parsed_sha256 = :sha256 OR sha256 = :sha256)
        OR EXISTS (SELECT 1 FROM upload WHERE sha256 = :sha256)
        OR EXISTS (
          SELECT 1 FROM render_job_asset AS used JOIN render_job AS job ON job.id = used.job_id
          WHERE used.sha256 = :sha256 AND job.state IN ('blocked', 'queued', 'leased'))
        OR EXISTS (
          SELECT 1 FROM render_job WHERE state IN ('blocked', 'queued', 'leased')
            AND payload LIKE '%' || :sha256 || '%')
      """, ["sha256": sha256]) != nil
  }

  /// Folders of requests whose attempt has ended, or which nobody knows.
  private func removeCalls() async throws {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: callsFolder)) ?? []
    for name in names {
      let isLive = try await database.read { db in
        try db.row(
          "SELECT 1 AS one FROM attempt WHERE id = :id AND state IN ('noted', 'sent', 'accepted')",
          ["id": Self.attempt(ofCallFolder: name)]) != nil
      }
      if !isLive { try? FileManager.default.removeItem(atPath: "\(callsFolder)/\(name)") }
    }
  }
}

/// What a clean-up has removed.
struct CleanedUp: Codable, Sendable, Hashable {
  var projects: Int
  var assets: Int
  /// Files that were not kept to their end.
  var uploads = 0
}
