internal import Foundation
internal import Jobs
public import Storage
public import Workflows

/// Why a project cannot be steered so.
public enum SteeringError: Error, Sendable, Equatable, CustomStringConvertible {
  case noSuchProject(String)
  case noSuchScene(String)
  /// Its state does not allow it.
  case wrongState(String)

  public var description: String {
    switch self {
    case .noSuchProject(let id): "there is no project '\(id)'"
    case .noSuchScene(let id): "there is no scene '\(id)'"
    case .wrongState(let text): text
    }
  }
}

extension VideoPipeline {
  /// Begins a project again that failed or was cancelled: what is finished is kept, what is missing is made.
  ///
  /// Throws `SteeringError`.
  public func retry(_ id: String, engine: Engine) async throws {
    try await studio.database.write { try retry(id, engine: engine, in: $0) }
  }

  /// `retry` within the caller's transaction.
  public func retry(_ id: String, engine: Engine, in db: any Connection) throws {
    let project = try Self.find(db, id)
    guard project.state == .failed || project.state == .cancelled else {
      throw SteeringError.wrongState(
        "project '\(id)' is \(project.state.rawValue), and only one that failed or was cancelled can be begun again"
      )
    }
    try studio.restart(project, db, engine)
  }

  /// Makes again what of a scene failed, and goes on with its project.
  ///
  /// A scene that fails ends its project, so it is the project that is begun again; its other scenes keep what they have.
  /// Throws `SteeringError`.
  public func retry(scene id: String, engine: Engine) async throws {
    try await studio.database.write { try retry(scene: id, engine: engine, in: $0) }
  }

  /// `retry(scene:)` within the caller's transaction.
  public func retry(scene id: String, engine: Engine, in db: any Connection) throws {
    guard let scene = try SceneRecord.find(db, id) else { throw SteeringError.noSuchScene(id) }
    let project = try Self.find(db, scene.projectID)
    let parts = [scene.speech, scene.avatar, scene.background, scene.captions, scene.render]
    guard project.state == .failed || project.state == .cancelled else {
      throw SteeringError.wrongState(
        "the project of scene \(scene.position + 1) is \(project.state.rawValue), and a scene is made again only where its project failed or was cancelled"
      )
    }
    if parts.allSatisfy({ $0 == .done || $0 == .skipped }) {
      throw SteeringError.wrongState("scene \(scene.position + 1) has all that it needs")
    }
    try studio.restart(project, db, engine)
  }

  /// Lets a paused project go on, after a budget was raised or credits were bought. Throws `SteeringError` where it has
  /// ended.
  public func `continue`(_ id: String, budgetMicrodollars: Int64? = nil, engine: Engine)
    async throws
  {
    try await studio.database.write {
      try `continue`(id, budgetMicrodollars: budgetMicrodollars, engine: engine, in: $0)
    }
  }

  /// `continue` within the caller's transaction.
  public func `continue`(
    _ id: String, budgetMicrodollars: Int64?, engine: Engine, in db: any Connection
  ) throws {
    let project = try Self.find(db, id)
    guard !project.state.isEnded else {
      throw SteeringError.wrongState(
        "project '\(id)' is \(project.state.rawValue) and has nothing to go on with")
    }
    if let budgetMicrodollars {
      try db.execute(
        "UPDATE project SET budget_microdollars = :budget WHERE id = :id",
        ["budget": budgetMicrodollars, "id": id])
    }
    _ = try engine.send(
      [try OutgoingEvent(ProjectContinued(project: id, atMS: studio.clock.now))], in: db)
  }

  /// Ends a project that has not ended; what is finished is kept, what is queued of its film is not rendered. Its runs are
  /// cancelled; a request that is on its way to a service is still paid. Throws `SteeringError`.
  public func cancel(_ id: String, engine: Engine) async throws {
    try await studio.database.write { try cancel(id, engine: engine, in: $0) }
  }

  /// `cancel` within the caller's transaction.
  public func cancel(_ id: String, engine: Engine, in db: any Connection) throws {
    let project = try Self.find(db, id)
    guard try Project.cancel(db, id, now: studio.clock.now) else {
      throw SteeringError.wrongState(
        "project '\(id)' is \(project.state.rawValue) and cannot be cancelled")
    }
    if let job = project.filmJob { try studio.queue.abandon(job, in: db) }
    _ = try engine.send(
      [
        try OutgoingEvent(
          ProjectEnded(project: id, state: "cancelled", path: nil, message: nil))
      ], in: db)
    // A run that is missed here finds out by itself that its project has ended.
    for run in try Self.runs(db, of: id) {
      _ = try engine.cancel(run: run, reason: "the project was cancelled", in: db)
    }
  }

  /// Forgets a project and the files that nobody else uses; one that has not ended is cancelled first. Its film stays
  /// where it was written to. Throws `SteeringError`.
  public func delete(_ id: String, engine: Engine) async throws {
    let project = try await studio.database.read { try Self.find($0, id) }
    if !project.state.isEnded {
      do { try await cancel(id, engine: engine) } catch SteeringError.wrongState {
        // It has ended meanwhile.
      }
    }
    _ = try await studio.forget(id)
  }

  private static func find(_ db: any Connection, _ id: String) throws -> Project {
    guard let project = try Project.find(db, id) else { throw SteeringError.noSuchProject(id) }
    return project
  }

  /// The runs under way that an event of the project began. Those they invoked end with them.
  private static func runs(_ db: any Connection, of project: String) throws -> [String] {
    try db.rows(
      """
      SELECT run.id FROM workflow_run AS run JOIN workflow_event AS event ON event.id = run.event_id
      WHERE run.ended_ms IS NULL AND event.data LIKE :subject ESCAPE '!'
      """, ["subject": "%\"project\":\"\(LikePattern.escaped(project))\"%"]
    ).map { try $0.get("id") }
  }
}

extension VideoStudio {
  fileprivate func restart(_ project: Project, _ db: any Connection, _ engine: Engine) throws {
    if repeatsUnknown { try Attempt.forgetUnknown(db, of: project.id) }
    let generation = try Project.restart(db, project.id, now: clock.now)
    _ = try engine.send([try start(project.id, generation)], in: db)
  }
}

extension Project {
  /// False where it has ended.
  static func cancel(_ db: any Connection, _ id: String, now: Int64) throws -> Bool {
    try db.execute(
      """
      UPDATE project
      SET state = 'cancelled', paused_from = NULL, message = NULL, updated_ms = :now, ended_ms = :now
      WHERE id = :id AND state NOT IN ('done', 'failed', 'cancelled')
      """, ["id": id, "now": now]) > 0
  }
}
