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
    name: "video",
    files: [
      ("m0001-video", PackageResources.m0001_video_sql),
      ("m0002-reading", PackageResources.m0002_reading_sql),
    ])

  /// For the engine.
  public var functions: [any RegistrableFunction] {
    [
      studio.projectStarter, studio.documentParser, studio.scriptGenerator, studio.sceneProcessor,
      studio.speechGenerator, studio.avatarGenerator, studio.avatarPoller,
      studio.backgroundGenerator, studio.veoPoller, studio.captionBuilder, studio.videoRender,
      studio.posterMaker, studio.failureHandler, studio.projectCleanup,
    ]
  }

  /// A film that is asked for.
  public struct Order: Sendable {
    /// Of the brief; the file is copied into the asset store.
    public var briefPath: String
    /// What the brief is called where its path does not say.
    public var briefName: String?
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
    try await begin(order, engine: engine) { id, begun, _ in (id, begun) }
  }

  /// The same; `also` writes and reads in the transaction of the beginning, and gives what this gives.
  public func begin<Value: Sendable>(
    _ order: Order, engine: Engine,
    also: @escaping @Sendable (_ id: String, Begun, any Connection) throws -> Value
  ) async throws -> Value {
    let entry = try await studio.entry(order)
    let studio = studio
    return try await studio.database.write { db in
      let (begun, events) = try studio.enter(entry, db)
      _ = try engine.send(events, in: db)
      return try also(entry.id, begun, db)
    }
  }
}
