internal import ArgumentParser
internal import Foundation
internal import SceneDocument
internal import Workflows

/// Which runs there are.
struct RunsListCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List runs, the newest first.",
    discussion: """
      EXAMPLES
        reelnode runs list
        reelnode runs list --function render-scene --state failed --state cancelled
        reelnode runs list --event 01KAH3M7Y0S9D2W4X6Z8B1C3E5
        reelnode runs list --json | jq -r '.runs[] | select(.held) | .id'
        reelnode runs list --before ID          the page after a list's last ID
      """)

  @Option(help: ArgumentHelp("Only runs of this function.", valueName: "id"))
  var function: String?

  @Option(
    help: ArgumentHelp(
      "Only runs in this state; may be given several times.", valueName: "state"),
    transform: Self.state)
  var state: [Run.State] = []

  @Option(help: ArgumentHelp("Only runs that this event started.", valueName: "id"))
  var event: String?

  @Option(help: ArgumentHelp("Only runs older than this one.", valueName: "id"))
  var before: String?

  @Option(help: ArgumentHelp("How many at most.", valueName: "n"))
  var limit = 30

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  private static func state(_ word: String) throws -> Run.State {
    if let state = Run.State(rawValue: word) { return state }
    let words = Run.State.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("'\(word)' is no state: give one of \(words)")
  }

  func validate() throws {
    if !(1...10_000).contains(limit) {
      throw ValidationError("--limit must be a number from 1 to 10000, not \(limit)")
    }
  }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let engine = try node.openEngine()
    var start: String?
    if let before { start = try await engine.fullID(ofRun: before) }
    let runs = try await engine.runs(
      RunFilter(
        functionID: function, states: Set(state), eventID: event, before: start, limit: limit))
    let console = reporter.console
    if console.json { return console.print(["runs": .array(runs.map(\.json))]) }
    if runs.isEmpty {
      console.say("no run is there" + (isFiltered ? " that fits" : " → reelnode events send NAME"))
      return .done
    }
    let lines = RunTable(runs: runs, now: currentMilliseconds).lines(on: .standardOutput)
    let status = console.print(lines.map { $0 + "\n" }.joined())
    if runs.count == limit, let last = runs.last {
      console.say("there may be older ones → --before \(last.shortID)")
    }
    return status
  }

  private var isFiltered: Bool {
    function != nil || event != nil || before != nil || !state.isEmpty
  }
}
