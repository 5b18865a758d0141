internal import ArgumentParser
internal import SceneDocument
internal import Storage

/// Brings the database to this version.
struct DatabaseMigrateCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "migrate",
    abstract: "Make the database, or bring it to this version.",
    discussion: """
      Applies the changes to the tables that are missing, all of them or none. Processes that do so at the same \
      time wait for each other. A database of a newer version is refused: there is no way back but a backup.
      """)

  @Flag(help: "Tell what is missing and change nothing. Exits with 1 when something is.")
  var check = false

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let database: SQLiteDatabase
    if check {
      var options = SQLiteDatabase.Options()
      (options.migrates, options.creates) = (false, false)
      database = try SQLiteDatabase(
        path: node.databasePath, migrations: Schema.sets, options: options)
    } else {
      database = try node.openDatabase(checksIntegrity: true)
    }
    let applied = try await database.read {
      try $0.rows("SELECT module, name FROM schema_migration ORDER BY module, number").map {
        (module: try $0.get("module", as: String.self), name: try $0.get("name", as: String.self))
      }
    }
    if reporter.console.json {
      return reporter.console.print([
        "state": "done", "database": .string(database.path),
        "migrations": .array(
          applied.map { ["module": .string($0.module), "name": .string($0.name)] }),
      ])
    }
    reporter.console.say("\(database.path): up to date, \(counted(applied.count, "migration"))")
    return .done
  }
}
