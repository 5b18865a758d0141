internal import ArgumentParser
internal import Pipelines
internal import SceneDocument

/// How a node in this process works, whoever it takes its orders from.
struct LocalNodeOptions: ParsableArguments {
  @OptionGroup var jobs: JobOptions

  @Option(help: ArgumentHelp("Folder of your own clips and pictures.", valueName: "dir"))
  var stock: String?

  @OptionGroup var cache: CacheFolderOptions
  @OptionGroup var node: NodeOptions

  func validate() throws {
    if stock == "" { throw ValidationError("--stock needs a value") }
  }

  /// What puts the node together.
  func builder(_ settings: NodeSettings) -> NodeBuilder {
    NodeBuilder(
      node: node, settings: settings, stock: stock, cacheFolder: HostPath.absolute(cache.folder),
      jobs: jobs.count)
  }

  /// The node, which tells the console what its worker does. Throws `Failure` for settings that cannot be.
  ///
  /// `places` are where files may lie that events name; nil for anywhere.
  func make(
    _ settings: NodeSettings, _ console: Console, places: FilePlaces? = nil
  ) throws -> LocalNode {
    if let stock, !HostPath.isFolder(HostPath.absolute(stock)) {
      throw Failure.usage(
        .assetMissing,
        "there is no folder '\(stock)', which --stock names\n  → make it first, or name another one"
      )
    }
    var builder = builder(settings)
    builder.places = places
    return try builder.node { WorkerPrinter(console: console).tell($0) }
  }
}
