internal import ArgumentParser
internal import Foundation
internal import SceneDocument
internal import Storage
internal import Workflows

/// What functions do, and how far they are.
struct RunsCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "runs",
    abstract: "Look after the runs of workflow functions.",
    discussion: """
      An event starts a run of each function that listens to it. A run's id may be shortened to its last characters \
      that no other run ends with, or to its first ones.

      EXAMPLES
        reelnode runs list --state failed
        reelnode runs show 7G3K9A              a timeline of its steps
        reelnode runs why 7G3K9A               what it is waiting for
        reelnode runs watch 7G3K9A
        reelnode runs retry 7G3K9A --from render
      """,
    subcommands: [
      RunsListCommand.self, RunsShowCommand.self, RunsWatchCommand.self, RunsWhyCommand.self,
      RunsCancelCommand.self, RunsRetryCommand.self,
    ])
}

extension NodeOptions {
  /// An engine that executes nothing: for sending and reading.
  func openEngine() throws -> Engine { try Engine(database: openDatabase(), functions: []) }
}

/// Which run.
struct RunArgument: ParsableArguments {
  @Argument(
    help: ArgumentHelp("The run's id, or enough of its beginning or end.", valueName: "run"))
  var run: String
}

extension Engine {
  /// The run as it is now.
  func detail(of part: String) async throws -> RunDetail {
    let id = try await fullID(ofRun: part)
    guard let detail = try await run(id) else { throw InvalidRun.missing(id) }
    return detail
  }
}

/// The time of day, UTC milliseconds.
var currentMilliseconds: Int64 { SystemClock().now }
