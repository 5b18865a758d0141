internal import Crypto
internal import Foundation
internal import Providers
public import Storage
public import Workflows

/// From a brief to a film: the functions on the engine, and what people do with projects.
///
/// A project's records say at any time how far each of its parts is. What is finished is kept whatever happens to the
/// runs: beginning a project again makes what is missing, and nothing else.
public struct VideoPipeline: Sendable {
  public let studio: VideoStudio

  public init(_ studio: VideoStudio) { self.studio = studio }

  /// The tables, for opening the database.
  public static let migrations = MigrationSet(
    name: "video", files: [("m0001-video", PackageResources.m0001_video_sql)])

  /// For the engine.
  public var functions: [any RegistrableFunction] {
    [
      studio.documentParser, studio.scriptGenerator, studio.sceneProcessor,
      studio.speechGenerator, studio.avatarGenerator, studio.avatarPoller,
      studio.backgroundGenerator, studio.veoPoller, studio.captionBuilder, studio.videoRender,
      studio.posterMaker, studio.failureHandler, studio.projectCleanup,
    ]
  }

  /// A film that is asked for.
  public struct Order: Sendable {
    /// Of the brief; the file is copied into the asset store.
    public var briefPath: String
    public var settings: ProjectSettings
    /// Of a speaker's picture.
    public var portraitPath: String?
    public var budgetMicrodollars: Int64?

    public init(
      briefPath: String, settings: ProjectSettings, portraitPath: String? = nil,
      budgetMicrodollars: Int64? = nil
    ) {
      (self.briefPath, self.settings) = (briefPath, settings)
      (self.portraitPath, self.budgetMicrodollars) = (portraitPath, budgetMicrodollars)
    }
  }

  /// What became of an order.
  public enum Begun: Sendable, Equatable {
    /// A new project.
    case new
    /// It is under way: an interrupted one goes on where it was.
    case going
    /// It had ended without a film, or its file is gone: what is missing is made.
    case again
    /// The film is there.
    case done
  }

  /// Begins a film, or goes on with it: the same brief, settings and output are the same project.
  ///
  /// Its brief, its records and the event that starts the functions are there together or not at all.
  public func begin(_ order: Order, engine: Engine) async throws -> (id: String, Begun) {
    var order = order
    let brief = try await studio.assets.put(fileAt: order.briefPath)
    let size = try await studio.assets.size(of: brief) ?? 0
    if let portrait = order.portraitPath {
      order.settings.portrait = try await studio.assets.put(fileAt: portrait)
    }
    let id = try Self.id(brief: brief, order.settings)
    let (settings, budget) = (order.settings, order.budgetMicrodollars)
    let name = order.briefPath.split(separator: "/").last.map(String.init) ?? "brief"
    let (clock, repeats) = (studio.clock, studio.repeatsUnknown)
    let filmIsThere = settings.outputPath.map(FileManager.default.fileExists) ?? true
    let begun = try await studio.database.write { db -> Begun in
      let now = clock.now
      guard let project = try Project.find(db, id) else {
        try Project.insert(
          db, id: id, title: "", settings: settings, budgetMicrodollars: budget, now: now)
        try BriefRecord.insert(
          db, id: ULID.make(at: now).description, project: id, name: name, sha256: brief,
          bytes: size, now: now)
        try ProjectAsset(
          .brief, scene: nil, sha256: brief, mediaType: "", bytes: size, provider: "upload",
          note: name
        ).insert(db, project: id, now: now)
        _ = try engine.send([Self.start(id, 1)], in: db)
        return .new
      }
      if let budget, budget != project.budgetMicrodollars {
        try db.execute(
          "UPDATE project SET budget_microdollars = :budget WHERE id = :id",
          ["budget": budget, "id": id])
      }
      if project.state == .done, filmIsThere { return .done }
      if project.state.isEnded {
        if repeats { try Self.forgetUnknown(db, id) }
        let generation = try Project.restart(db, id, now: now)
        _ = try engine.send([Self.start(id, generation)], in: db)
        return .again
      }
      if project.state == .paused {
        _ = try engine.send(
          [try OutgoingEvent(ProjectContinued(project: id, atMS: now))], in: db)
      }
      return .going
    }
    return (id, begun)
  }

  /// Lets a paused project go on, after a budget was raised or credits were bought.
  public func `continue`(_ id: String, budgetMicrodollars: Int64? = nil, engine: Engine)
    async throws
  {
    let clock = studio.clock
    try await studio.database.write { db in
      if let budgetMicrodollars {
        try db.execute(
          "UPDATE project SET budget_microdollars = :budget WHERE id = :id",
          ["budget": budgetMicrodollars, "id": id])
      }
      _ = try engine.send(
        [try OutgoingEvent(ProjectContinued(project: id, atMS: clock.now))], in: db)
    }
  }

  private static func start(_ id: String, _ generation: Int) throws -> OutgoingEvent {
    try OutgoingEvent(
      DocumentUploaded(project: id, generation: generation), id: "\(id)-\(generation)")
  }

  /// Of the brief's content and all that was asked for.
  static func id(brief: String, _ settings: ProjectSettings) throws -> String {
    let text = brief + "\n" + (try RecordJSON.text(settings))
    let digest = SHA256.hash(data: Array(text.utf8))
    return "film-"
      + digest.prefix(10).map {
        String($0 >> 4, radix: 16) + String($0 & 15, radix: 16)
      }.joined()
  }

  /// Somebody has looked and wants requests made again whose outcome nobody knew: they count as failed from now on.
  private static func forgetUnknown(_ db: any Connection, _ project: String) throws {
    try db.execute(
      "UPDATE attempt SET state = 'failed' WHERE project_id = :id AND state = 'unknown'",
      ["id": project])
  }
}
