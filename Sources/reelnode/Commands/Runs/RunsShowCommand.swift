internal import ArgumentParser
internal import SceneDocument
internal import Workflows

/// One run with all that the journal has of it.
struct RunsShowCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one run: the timeline of its steps, errors of each attempt, its result.",
    discussion: """
      In the timeline █ is executing, ▒ an attempt that failed, · the time until the next one, ─ sleeping, ╌ waiting \
      for an event or another run, ░ waiting for its turn; ▶ goes on. The width is the terminal's, or $COLUMNS.

      EXAMPLES
        reelnode runs show 7G3K9A
        reelnode runs show 7G3K9A --json | jq '.steps[] | {name, state, result}'
      """)

  @OptionGroup var which: RunArgument
  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let detail = try await node.openEngine().detail(of: which.run)
    if reporter.console.json { return reporter.console.print(detail.json) }
    let lines = RunScreen(detail: detail, now: currentMilliseconds).lines(on: .standardOutput)
    return reporter.console.print(lines.joined(separator: "\n") + "\n")
  }
}

/// What a run is waiting for.
struct RunsWhyCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "why",
    abstract: "Say why a run does not move: what it waits for, until when, and what holds it.",
    discussion: """
      EXAMPLES
        reelnode runs why 7G3K9A
        reelnode runs why 7G3K9A --json | jq -r '.reasons[].reason'
      """)

  @OptionGroup var which: RunArgument
  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let engine = try node.openEngine()
    let id = try await engine.fullID(ofRun: which.run)
    guard let standing = try await engine.standing(ofRun: id) else { throw InvalidRun.missing(id) }
    let console = reporter.console
    if console.json {
      return console.print([
        "id": .string(id), "function": .string(standing.run.functionID),
        "state": .string(standing.run.state.rawValue),
        "reasons": .array(standing.reasons.map(\.json)),
      ])
    }
    let head = "\(standing.run.functionID)  \(standing.run.state.rawValue)  \(id)\n"
    let lines = standing.sentences(now: currentMilliseconds).map { $0 + "\n" }
    return console.print(head + lines.joined())
  }
}
