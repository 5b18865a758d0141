internal import Foundation
internal import Jobs
public import Storage

/// A project in a list: how far it is, what it costs, where its film is.
public struct ProjectOverview: Sendable, Identifiable {
  public var project: Project
  /// Scenes, and those whose files are all there.
  public var scenes: (total: Int, done: Int)
  /// 0 … 1, over all of its work.
  public var fraction: Double
  /// Of its film, while it is rendered.
  public var etaMS: Int64?
  /// Millionths of a dollar, estimates of what is under way included.
  public var spent: Int64
  public var film: ProjectAsset?
  public var poster: ProjectAsset?
  /// Of the brief, or of the words that are said.
  public var language: String?

  public var id: String { project.id }
}

/// Which projects a list has.
public struct ProjectFilter: Sendable {
  /// Empty for all.
  public var states: Set<Project.State> = []
  /// Letters of the title or of the brief's name.
  public var text: String?
  /// The last one of the page before.
  public var after: Place?
  public var limit = 50

  /// The place of a project in a list, the newest first.
  public struct Place: Sendable, Hashable {
    public var createdMS: Int64
    public var id: String
    public init(createdMS: Int64, id: String) { (self.createdMS, self.id) = (createdMS, id) }
  }

  public init() {}
}

extension VideoPipeline {
  /// Projects, the newest first.
  public func projects(_ filter: ProjectFilter = ProjectFilter()) async throws -> [ProjectOverview]
  {
    try await studio.database.read { db in
      try Project.list(db, filter).map { try overview($0, db) }
    }
  }

  /// One of them; nil where there is no such project.
  public func overview(of id: String) async throws -> ProjectOverview? {
    try await studio.database.read { try overview(of: id, in: $0) }
  }

  /// `overview` within the caller's transaction.
  public func overview(of id: String, in db: any Connection) throws -> ProjectOverview? {
    try Project.find(db, id).map { try overview($0, db) }
  }

  /// Projects that have not ended, those that were changed at `ms` or later, and those named; 300 at most of each.
  public func projects(activeSince ms: Int64, and named: Set<String> = []) async throws
    -> [ProjectOverview]
  {
    try await studio.database.read { db in
      let live = try db.rows(
        """
        SELECT * FROM project
        WHERE state IN ('created', 'parsing', 'writing', 'producing', 'rendering', 'paused')
        ORDER BY created_ms DESC LIMIT 300
        """)
      let changed = try db.rows(
        "SELECT * FROM project WHERE updated_ms >= :ms ORDER BY updated_ms DESC LIMIT 300",
        ["ms": ms])
      var found: [String: Project] = [:]
      for row in live + changed {
        let project = try Project(row)
        found[project.id] = project
      }
      for id in named.prefix(300) where found[id] == nil { found[id] = try Project.find(db, id) }
      return try found.values.sorted { $0.id < $1.id }.map { try overview($0, db) }
    }
  }

  /// Of all projects.
  public func projectIDs() async throws -> Set<String> {
    try await studio.database.read { db in
      Set(try db.rows("SELECT id FROM project").map { try $0.get("id", as: String.self) })
    }
  }

  /// With the film's share: films of the queue know best how long they take.
  private func overview(_ project: Project, _ db: any Connection) throws -> ProjectOverview {
    var overview = try ProjectOverview(project, db)
    guard !project.state.isEnded, let job = project.filmJob,
      let film = try studio.progress(ofFilm: job, in: db)
    else { return overview }
    overview.fraction += ProjectOverview.filmShare * film.fraction
    if project.state == .rendering { overview.etaMS = film.etaMS }
    return overview
  }
}

extension ProjectOverview {
  /// Shares of a project's work: reading and writing, making what its scenes need, rendering.
  static let scriptShare = 0.05
  static let sceneShare = 0.55
  static let filmShare = 0.4

  /// The share of the film in the queue is still to be added.
  init(_ project: Project, _ db: any Connection) throws {
    let row = try db.row(
      """
      SELECT count(*) AS scenes,
        COALESCE(sum(CASE WHEN tts_status = 'done' AND avatar_status IN ('done', 'skipped')
          AND background_status = 'done' AND caption_status IN ('done', 'skipped') THEN 1 ELSE 0 END), 0)
          AS done,
        COALESCE(sum(CASE WHEN tts_status = 'done' THEN 1 ELSE 0 END
          + CASE WHEN avatar_status IN ('done', 'skipped') THEN 1 ELSE 0 END
          + CASE WHEN background_status = 'done' THEN 1 ELSE 0 END
          + CASE WHEN caption_status IN ('done', 'skipped') THEN 1 ELSE 0 END), 0) AS parts
      FROM scene WHERE project_id = :id
      """, ["id": project.id])
    let total: Int = try row?.get("scenes") ?? 0
    let parts: Int = try row?.get("parts") ?? 0
    self.project = project
    scenes = (total, try row?.get("done") ?? 0)
    spent = try Attempt.spent(db, of: project.id)
    film = try ProjectAsset.find(db, project: project.id, scene: nil, .film)
    poster = try ProjectAsset.find(db, project: project.id, scene: nil, .poster)
    language = try project.settings.language ?? BriefRecord.find(db, of: project.id)?.language
    let begun =
      total > 0
      ? Self.scriptShare : [.parsing: 0.01, .writing: 0.02][project.state, default: 0]
    let made = total > 0 ? Double(parts) / Double(4 * total) : 0
    fraction = project.state == .done ? 1 : begun + Self.sceneShare * made
  }
}

extension Project {
  /// The newest first.
  static func list(_ db: any Connection, _ filter: ProjectFilter) throws -> [Project] {
    var conditions: [String] = []
    var arguments: SQLArguments = ["limit": filter.limit]
    if !filter.states.isEmpty {
      let words = filter.states.map { "'\($0.rawValue)'" }.sorted().joined(separator: ", ")
      conditions.append("state IN (\(words))")
    }
    if let text = filter.text, !text.isEmpty {
      conditions.append(
        """
        (title LIKE :text ESCAPE '!' OR EXISTS (
          SELECT 1 FROM document WHERE project_id = project.id AND name LIKE :text ESCAPE '!'))
        """)
      arguments["text"] = "%\(LikePattern.escaped(text))%".sqlValue
    }
    if let after = filter.after {
      conditions.append("(created_ms < :ms OR (created_ms = :ms AND id < :id))")
      (arguments["ms"], arguments["id"]) = (after.createdMS.sqlValue, after.id.sqlValue)
    }
    let filter = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
    return try db.rows(
      "SELECT * FROM project \(filter) ORDER BY created_ms DESC, id DESC LIMIT :limit", arguments
    ).map(Project.init)
  }
}

/// Words of people in a `LIKE … ESCAPE '!'`.
enum LikePattern {
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      if "%_!".contains(character) { escaped.append("!") }
      escaped.append(character)
    }
    return escaped
  }
}
