internal import ArgumentParser
internal import Foundation
internal import Jobs
internal import NodeServer
internal import Pipelines
internal import RemoteFunctions
internal import Storage
internal import Workflows

/// Where the node keeps its records and assets.
struct NodeOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The node's folder: its database and assets. (default: $REELNODE_NODE, $XDG_DATA_HOME/reelnode or ~/.local/share/reelnode)",
      valueName: "dir"))
  var node: String?

  func validate() throws {
    if node == "" { throw ValidationError("--node needs the path of a folder") }
  }

  /// Absolute, so that it stays the same folder for processes that are started elsewhere.
  var folder: String { HostPath.absolute(node ?? Self.defaultFolder) }

  var databasePath: String { folder + "/reelnode.db" }
  var assetFolder: String { folder + "/assets" }
  /// Of assets that a service keeps.
  var assetCacheFolder: String { folder + "/asset-cache" }

  static var defaultFolder: String {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment["REELNODE_NODE"], !folder.isEmpty { return folder }
    if let base = environment["XDG_DATA_HOME"], base.hasPrefix("/") { return base + "/reelnode" }
    return NSHomeDirectory() + "/.local/share/reelnode"
  }

  /// Opens the database, making the folder and the tables where they are missing.
  ///
  /// `checksIntegrity` looks through the whole file, which those do that stay; a short command does not.
  func openDatabase(checksIntegrity: Bool = false) throws -> SQLiteDatabase {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw StorageError(
        .cannotOpen,
        "cannot make the node's folder (\(error.localizedDescription))\n  → name another one with --node",
        path: folder)
    }
    var options = SQLiteDatabase.Options()
    options.checksIntegrity = checksIntegrity
    return try SQLiteDatabase(path: databasePath, migrations: Schema.sets, options: options)
  }

  func openAssets() throws -> FolderAssetStore { try FolderAssetStore(folder: assetFolder) }

  /// The store that the settings choose; nothing is sent to a service yet.
  func chosenAssets() async throws -> NodeAssets {
    try AssetWiring(settings: try await NodeSettings.read(nodeFolder: folder), node: self).assets()
  }
}

/// All tables of the node, by module.
enum Schema {
  static let sets: [MigrationSet] = [
    RenderQueue.migrations, Engine.migrations, VideoPipeline.migrations,
    RemoteApps.migrations, NodeService.migrations,
  ]
}
