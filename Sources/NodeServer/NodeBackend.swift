public import Jobs
public import Pipelines
public import RemoteFunctions
public import Storage
public import Workflows

/// What the routes work with: one node's records, engine and pipeline.
public struct NodeBackend: Sendable {
  public var database: any Database
  public var assets: any AssetStore
  public var engine: Engine
  public var queue: RenderQueue
  public var pipeline: VideoPipeline
  public var clock: any NodeClock
  /// The node's folder; absolute.
  public var folder: String
  /// Of finished segments.
  public var cacheFolder: String
  public var databasePath: String
  /// Of the program.
  public var version: String
  /// Folders with reports of golden tests stand here.
  public var goldenReports: String?
  /// What the routes of films and documents may use.
  public var products = ProductSettings()
  /// Functions of apps of other makers.
  public var remote: RemoteApps
  /// Signs addresses that lead to a file without a token.
  var links: LinkSigner

  /// Throws where the key for links cannot be kept in the node's folder.
  public init(
    database: any Database, assets: any AssetStore, engine: Engine, pipeline: VideoPipeline,
    clock: any NodeClock = SystemClock(), folder: String, cacheFolder: String,
    databasePath: String, version: String, goldenReports: String? = nil,
    remote: RemoteApps? = nil
  ) throws {
    (self.database, self.assets, self.engine) = (database, assets, engine)
    (self.pipeline, self.queue, self.clock) = (pipeline, pipeline.studio.queue, clock)
    (self.folder, self.cacheFolder, self.databasePath) = (folder, cacheFolder, databasePath)
    (self.version, self.goldenReports) = (version, goldenReports)
    self.remote = remote ?? RemoteApps(engine: engine, database: database, clock: clock)
    links = try LinkSigner(keyFile: folder + "/link.key")
  }
}
