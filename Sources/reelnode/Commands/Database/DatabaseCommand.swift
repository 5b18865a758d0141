internal import ArgumentParser

/// Looks after the node's records.
struct DatabaseCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "db",
    abstract: "Check, back up or update the node's database.",
    discussion: """
      The database is the file 'reelnode.db' in the node's folder: the queue's jobs, events, runs and their steps. \
      Workers and commands make it and bring it up to date by themselves.

      EXAMPLES
        reelnode db check                  is every record and every asset sound?
        reelnode db backup node.db         a copy, while workers go on
        reelnode db migrate                after an update, before the workers start
      """,
    subcommands: [
      DatabaseCheckCommand.self, DatabaseBackupCommand.self, DatabaseMigrateCommand.self,
    ])
}
