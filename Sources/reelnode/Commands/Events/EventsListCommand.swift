internal import ArgumentParser
internal import SceneDocument
internal import Workflows

/// Which events were received.
struct EventsListCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List events, the last received first.",
    discussion: """
      EXAMPLES
        reelnode events list
        reelnode events list --name scene/ready --limit 5
        reelnode events list --json | jq '.events[] | select(.unheard) | .name'
      """)

  @Option(help: ArgumentHelp("Only events of this name.", valueName: "name"))
  var name: String?

  @Option(help: ArgumentHelp("How many at most.", valueName: "n"))
  var limit = 30

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func validate() throws {
    if !(1...10_000).contains(limit) {
      throw ValidationError("--limit must be a number from 1 to 10000, not \(limit)")
    }
  }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let events = try await node.openEngine().events(EventFilter(name: name, limit: limit))
    let console = reporter.console
    if console.json { return console.print(["events": .array(events.map(\.json))]) }
    if events.isEmpty {
      console.say("no event was received" + (name.map { " with the name '\($0)'" } ?? ""))
      return .done
    }
    let terminal = Terminal.standardOutput
    let time = TimeText(now: currentMilliseconds)
    let width = min(40, events.map { TerminalText.columns($0.name) }.max() ?? 0)
    let lines = events.map { event in
      let name = TerminalText.padded(TerminalText.cut(event.name, to: width), to: width)
      let mark = event.isRepeat ? "repeat   " : event.isUnheard ? "unheard  " : ""
      let line = "\(event.id)  \(name)  \(time.clock(event.receivedAt))  \(mark)\(event.data)"
      return TerminalText.cut(line, to: terminal.columns) + "\n"
    }
    return console.print(lines.joined())
  }
}
