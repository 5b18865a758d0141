internal import ArgumentParser
internal import Foundation
internal import SceneDocument
internal import Storage

/// Looks for damage in the database and the asset store.
struct DatabaseCheckCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Look for damage in the database and the assets.",
    discussion: """
      Reads every page of the database, checks that no record refers to one that is not there, and reads every asset, \
      whose name is the hash of its content. Workers may go on meanwhile. Nothing is changed.

      EXIT CODES
        0  sound
        1  damage was found; each is told
      """)

  @OptionGroup var node: NodeOptions

  @Flag(help: "Do not read the assets, which may take long.")
  var skipAssets = false

  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    var options = SQLiteDatabase.Options()
    (options.migrates, options.creates, options.checksIntegrity) = (false, false, false)
    let database = try SQLiteDatabase(
      path: node.databasePath, migrations: Schema.sets, options: options)
    var faults = try await database.faults()
    let assets = skipAssets ? nil : try await node.chosenAssets()
    let names = try await assets?.list() ?? []
    for name in names where try await assets?.isSound(name) == false {
      faults.append("the asset \(name) is not what its name says")
    }
    let console = reporter.console
    if console.json {
      let written = console.print([
        "state": faults.isEmpty ? "done" : "failed", "database": .string(database.path),
        "assets": .integer(names.count), "faults": .array(faults.map(JSONValue.string)),
      ])
      return faults.isEmpty ? written : .failed
    }
    for fault in faults { console.say(console.styled("error: ", .error) + fault) }
    if faults.isEmpty {
      let read = skipAssets ? "assets not read" : counted(names.count, "asset") + " read"
      console.say("\(database.path): sound, \(read)")
      return .done
    }
    console.say(
      "  → put back a backup; a damaged asset is made or fetched again after it is deleted")
    return .failed
  }
}
