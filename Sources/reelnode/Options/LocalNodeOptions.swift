internal import ArgumentParser

/// How a node in this process works, whoever it takes its orders from.
struct LocalNodeOptions: ParsableArguments {
  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "How many segments are rendered at the same time. (default: one for each processor)",
      valueName: "n"))
  var jobs: Int?

  @Option(help: ArgumentHelp("Folder of your own clips and pictures.", valueName: "dir"))
  var stock: String?

  @Option(
    help: ArgumentHelp(
      "The folder of finished segments. (default: $REELNODE_CACHE, $XDG_CACHE_HOME/reelnode or ~/.cache/reelnode)",
      valueName: "dir"))
  var cache: String?

  @OptionGroup var node: NodeOptions

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs must be a number from 1 to 256, not \(jobs)")
    }
  }

  /// The node, which tells the console what its worker does. Throws `Failure` for settings that cannot be.
  func make(_ settings: NodeSettings, _ console: Console) throws -> LocalNode {
    try NodeBuilder(node: node, settings: settings, stock: stock, cache: cache, jobs: jobs)
      .node { WorkerPrinter(console: console).tell($0) }
  }
}
