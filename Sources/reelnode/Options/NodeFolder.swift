internal import ArgumentParser

/// Where the node keeps its records, for a command whose `--data` is something else.
struct NodeFolder: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The node's folder, which other commands take as --data. (default: $REELNODE_DATA, $XDG_DATA_HOME/reelnode or ~/.local/share/reelnode)",
      valueName: "dir"))
  var node: String?

  func validate() throws {
    if node == "" { throw ValidationError("--node needs the path of a folder") }
  }

  var options: DataOptions {
    get throws { try DataOptions.parse(node.map { ["--data", $0] } ?? []) }
  }
}
