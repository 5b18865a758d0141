public import Providers
public import Storage

/// One attempt at a request to a provider.
public struct Attempt: Sendable, Identifiable {
  public enum State: String, Sendable, Codable, SQLConvertible {
    /// Nothing was sent.
    case noted
    /// It may have been sent.
    case sent
    /// The vendor has a job for it.
    case accepted
    case done, failed
    /// Sent, and nobody can tell what came of it.
    case unknown
  }

  public enum Capability: String, Sendable, Codable, SQLConvertible {
    case script, speech, avatar, background
  }

  public var id: String
  public var projectID: String
  public var sceneID: String?
  public var capability: Capability
  public var provider: String
  /// SHA-256 of the provider's name and all that was asked for.
  public var request: String
  public var state: State
  public var job: VendorJob?
  public var errorClass: ProviderError.Class?
  public var errorMessage: String?
  public var createdMS: Int64
  public var sentMS: Int64?
  public var endedMS: Int64?

  init(_ row: Row) throws {
    (id, projectID) = (try row.get("id"), try row.get("project_id"))
    (sceneID, capability) = (try row.get("scene_id"), try row.get("capability"))
    (provider, request) = (try row.get("provider"), try row.get("request_sha256"))
    state = try row.get("state")
    let job: String? = try row.get("vendor_job_id")
    let note: String? = try row.get("vendor_note")
    self.job = job.map { VendorJob(id: $0, note: note) }
    let kind: String? = try row.get("error_class")
    errorClass = kind.flatMap(ProviderError.Class.init)
    errorMessage = try row.get("error_message")
    createdMS = try row.get("created_ms")
    (sentMS, endedMS) = (try row.get("sent_ms"), try row.get("ended_ms"))
  }
}

extension Attempt {
  static func require(_ db: any Connection, _ id: String) throws -> Attempt {
    guard let row = try db.row("SELECT * FROM attempt WHERE id = :id", ["id": id]) else {
      throw StorageError(.misuse, "there is no attempt '\(id)'")
    }
    return try Attempt(row)
  }

  public static func all(_ db: any Connection, of project: String) throws -> [Attempt] {
    try db.rows("SELECT * FROM attempt WHERE project_id = :id ORDER BY id", ["id": project])
      .map(Attempt.init)
  }

  /// The scene's attempt at this request that has not ended, from a run that was given up; it is gone on with.
  ///
  /// Another scene that asks for the same has an attempt of its own: it may be at work now.
  static func open(
    _ db: any Connection, project: String, scene: String?, request: String
  ) throws -> Attempt? {
    try db.row(
      """
      SELECT * FROM attempt
      WHERE project_id = :project AND request_sha256 = :request AND scene_id IS :scene
        AND state IN ('noted', 'sent', 'accepted')
      ORDER BY id DESC LIMIT 1
      """, ["project": project, "scene": scene, "request": request]
    ).map(Attempt.init)
  }

  /// Whether the scene's last attempt at this request is one of which nobody knows what came of it.
  static func isUnknown(
    _ db: any Connection, project: String, scene: String?, request: String
  ) throws -> Bool {
    let row = try db.row(
      """
      SELECT state FROM attempt
      WHERE project_id = :project AND request_sha256 = :request AND scene_id IS :scene
      ORDER BY id DESC LIMIT 1
      """, ["project": project, "scene": scene, "request": request])
    return try row?.get("state", as: State.self) == .unknown
  }

  static func insert(
    _ db: any Connection, id: String, project: String, scene: String?, _ capability: Capability,
    provider: String, request: String, estimate: Cost, now: Int64
  ) throws {
    try db.execute(
      """
      INSERT INTO attempt (
        id, project_id, scene_id, capability, provider, request_sha256, state, created_ms)
      VALUES (:id, :project, :scene, :capability, :provider, :request, 'noted', :now)
      """,
      [
        "id": id, "project": project, "scene": scene, "capability": capability,
        "provider": provider, "request": request, "now": now,
      ])
    try note(db, id, "estimate", estimate, now: now)
  }

  static func note(
    _ db: any Connection, _ id: String, _ kind: String, _ cost: Cost, now: Int64
  ) throws {
    try db.execute(
      """
      INSERT INTO cost (attempt_id, kind, unit, amount, microdollars, at_ms)
      VALUES (:id, :kind, :unit, :amount, :dollars, :now)
      ON CONFLICT (attempt_id, kind) DO UPDATE SET
        unit = excluded.unit, amount = excluded.amount, microdollars = excluded.microdollars,
        at_ms = excluded.at_ms
      """,
      [
        "id": id, "kind": kind, "unit": cost.unit, "amount": cost.amount,
        "dollars": cost.microdollars, "now": now,
      ])
  }

  /// The request leaves now: from here on it is looked up before it is made again.
  static func send(_ db: any Connection, _ id: String, now: Int64) throws {
    try db.execute(
      "UPDATE attempt SET state = 'sent', sent_ms = :now WHERE id = :id AND state IN ('noted', 'sent')",
      ["id": id, "now": now])
  }

  /// It is certain that the service has not done it.
  static func unsend(_ db: any Connection, _ id: String) throws {
    try db.execute(
      "UPDATE attempt SET state = 'noted', sent_ms = NULL WHERE id = :id AND state = 'sent'",
      ["id": id])
  }

  static func accept(_ db: any Connection, _ id: String, _ job: VendorJob) throws {
    try db.execute(
      """
      UPDATE attempt SET state = 'accepted', vendor_job_id = :job, vendor_note = :note
      WHERE id = :id AND state = 'sent'
      """, ["id": id, "job": job.id, "note": job.note])
  }

  /// Whether another attempt has this job of the provider's.
  static func isTaken(
    _ db: any Connection, _ job: VendorJob, provider: String, except id: String
  ) throws -> Bool {
    try db.row(
      """
      SELECT 1 AS one FROM attempt
      WHERE vendor_job_id = :job AND provider = :provider AND id <> :id LIMIT 1
      """, ["job": job.id, "provider": provider, "id": id]) != nil
  }

  static func finish(
    _ db: any Connection, _ id: String, cost: Cost, requestID: String?, now: Int64
  ) throws {
    try db.execute(
      """
      UPDATE attempt SET state = 'done', vendor_request_id = :request, ended_ms = :now
      WHERE id = :id AND state IN ('sent', 'accepted')
      """, ["id": id, "request": requestID, "now": now])
    try note(db, id, "actual", cost, now: now)
  }

  static func fail(
    _ db: any Connection, _ id: String, _ error: ProviderError, now: Int64
  ) throws {
    try db.execute(
      """
      UPDATE attempt
      SET state = CASE WHEN state = 'sent' AND :undecided = 1 THEN 'unknown' ELSE :state END,
          error_class = :class, error_code = :code, error_message = :message,
          ended_ms = :now
      WHERE id = :id AND state IN ('noted', 'sent', 'accepted')
      """,
      [
        "id": id, "state": error.kind == .unknownOutcome ? State.unknown : .failed,
        // Given up while it was being looked up: nobody knows.
        "undecided": [.retry, .slot, .quota].contains(error.kind),
        "class": error.kind.rawValue, "code": error.code, "message": error.description,
        "now": now,
      ])
  }

  /// What a project has cost and may still cost, in millionths of a dollar: the actual figures, and the estimates of
  /// attempts that are under way or whose outcome nobody knows.
  public static func spent(_ db: any Connection, of project: String) throws -> Int64 {
    try db.row(
      """
      SELECT COALESCE(sum(COALESCE(actual.microdollars, CASE
          WHEN attempt.state IN ('noted', 'sent', 'accepted', 'unknown', 'done') THEN estimate.microdollars
          ELSE 0 END, 0)), 0) AS spent
      FROM attempt
      LEFT JOIN cost AS actual ON actual.attempt_id = attempt.id AND actual.kind = 'actual'
      LEFT JOIN cost AS estimate ON estimate.attempt_id = attempt.id AND estimate.kind = 'estimate'
      WHERE attempt.project_id = :project
      """, ["project": project])?.get("spent") ?? 0
  }
}
