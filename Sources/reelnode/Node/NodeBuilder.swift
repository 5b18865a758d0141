internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import Jobs
internal import Pipelines
internal import Providers
internal import Rendering
internal import Storage
internal import Workflows

/// Puts a node together from its settings.
struct NodeBuilder {
  var node: NodeOptions
  var settings: NodeSettings
  /// Folder of the user's own clips and pictures.
  var stock: String?
  /// Of finished segments; absolute.
  var cacheFolder: String
  /// Segments that are rendered at the same time.
  var jobs: Int
  var repeatsUnknown = false
  /// Where the files may lie that events name; nil for anywhere.
  var places: FilePlaces?

  func node(report: @escaping @Sendable (WorkerNews) -> Void) throws -> LocalNode {
    let database = try node.openDatabase(checksIntegrity: true)
    let assets = try AssetWiring(settings: settings, node: node).assets()
    var studio = VideoStudio(
      database: database, assets: assets.store, queue: RenderQueue(database: database),
      clock: SystemClock(),
      shelf: try ProviderWiring(settings: settings, stock: stock).shelf(),
      folder: node.folder, cacheFolder: cacheFolder, readBrief: ProviderWiring.readBrief,
      makePoster: ProviderWiring.makePoster)
    (studio.repeatsUnknown, studio.places) = (repeatsUnknown, places)
    let pipeline = VideoPipeline(studio)
    return LocalNode(
      database: database, assets: assets,
      engine: try Engine(database: database, functions: pipeline.functions), pipeline: pipeline,
      workerOptions: workerOptions, folder: node.folder, report: report)
  }

  private var workerOptions: WorkerOptions {
    WorkerOptions(
      folder: node.folder, jobs: jobs, executable: HostPath.ownExecutable,
      arguments: [RenderChildCommand.configuration.commandName ?? "render-child"])
  }
}
