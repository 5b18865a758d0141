internal import ArgumentParser
internal import Foundation
internal import SceneDocument
internal import Storage

/// Copies the database while it is in use.
struct DatabaseBackupCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Copy the database to a file, while workers go on.",
    discussion: """
      The copy is one moment's state of the database, complete or not there at all. Assets are files that never \
      change: copy their folder with any program, after the database.

      To go back: end all workers, put the copy in the place of 'reelnode.db', delete 'reelnode.db-wal' and \
      'reelnode.db-shm'.
      """)

  @Argument(help: ArgumentHelp("The copy's file.", valueName: "file"))
  var file: String

  @Flag(help: "Replace a file of that name.")
  var force = false

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    if file.isEmpty {
      throw Failure.usage(
        .inputOutput, "the copy's name is empty\n  → name a file, such as node.db")
    }
    let target = HostPath.absolute(file)
    if HostPath.isFolder(target) {
      throw Failure.usage(
        .inputOutput, "'\(file)' is a folder\n  → name the copy's file, such as \(file)/node.db")
    }
    if HostPath.exists(target), !HostPath.isRegular(HostPath.followingLinks(target)) {
      throw Failure.usage(
        .inputOutput, "'\(file)' is a device or pipe\n  → name the copy's file, such as node.db")
    }
    if HostPath.exists(target), !force {
      throw Failure.usage(
        .inputOutput, "'\(file)' is there already\n  → name another file, or give --force")
    }
    // Its log, index and lock too.
    if HostPath.resolved(HostPath.followingLinks(target))
      .hasPrefix(HostPath.resolved(node.databasePath))
    {
      throw Failure.usage(
        .inputOutput, "'\(file)' belongs to the database itself\n  → name another file")
    }
    var options = SQLiteDatabase.Options()
    (options.migrates, options.creates) = (false, false)
    let database = try SQLiteDatabase(
      path: node.databasePath, migrations: Schema.sets, options: options)
    try await database.backUp(to: target)
    let bytes = (try? FileManager.default.attributesOfItem(atPath: target))?[.size] as? Int ?? 0
    if reporter.console.json {
      return reporter.console.print([
        "state": "done", "path": .string(target), "bytes": .integer(bytes),
      ])
    }
    reporter.console.say("\(file): \(ByteSize(Int64(bytes)))")
    return .done
  }
}
