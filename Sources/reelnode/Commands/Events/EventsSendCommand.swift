internal import ArgumentParser
internal import Foundation
internal import SceneDocument
internal import Workflows

/// Sends one event.
struct EventsSendCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "send",
    abstract: "Send an event; a run of each function that listens to it begins.",
    discussion: """
      The event is stored when the command returns, and a node that has the function takes it in. An event sent again \
      under the same --id within 24 hours is kept and starts nothing.

      EXAMPLES
        reelnode events send scene/ready --data '{"sceneId": "s3"}'
        reelnode events send document/uploaded --data @upload.json --id doc-88
        jq -n '{sceneId: "s3"}' | reelnode events send scene/ready --data -

      EXIT CODES
        0  stored; a warning says when nobody listens to it
        1  it could not be stored
        2  the name, the data or the command line is wrong
        3  stored, nobody listens, and --strict was given
      """)

  @Argument(help: ArgumentHelp("The event's name, such as scene/ready.", valueName: "name"))
  var name: String

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "A JSON object, '@' and a file that holds one, or '-' for standard input.",
      valueName: "json"))
  var data = "{}"

  @Option(help: ArgumentHelp("The sender's own id, known again for 24 hours.", valueName: "id"))
  var id: String?

  @Option(
    name: .customLong("event-version"),
    help: ArgumentHelp("A label that is passed through.", valueName: "label"))
  var version: String?

  @Option(
    name: .customLong("in"),
    help: ArgumentHelp("Begin the runs this much later, such as 90s or 2h30m.", valueName: "time"),
    transform: Self.duration)
  var delay: Duration?

  @Flag(help: "An event that nobody listens to ends the command with status 3.")
  var strict = false

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  private static func duration(_ text: String) throws -> Duration {
    do throws(DurationTextError) {
      return try DurationText.parse(text)
    } catch {
      throw ValidationError("\(error)")
    }
  }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let delay = self.delay.map { $0 / .milliseconds(1) }
    let outgoing = try OutgoingEvent(
      named: name, data: try payload(), id: id, at: delay.map { currentMilliseconds + Int64($0) },
      version: version)
    let event = try await node.openEngine().send([outgoing])[0]
    let warnings = warnings(event)
    reporter.isStrict = strict
    reporter.say(warnings)
    let console = reporter.console
    let status = reporter.status(warnings: event.isUnheard ? warnings : [])
    if console.json {
      let printed = console.print(event.json)
      return printed == .done ? status : printed
    }
    console.say("\(event.name)  \(event.id)")
    return status
  }

  private func warnings(_ event: Event) -> [Diagnostic] {
    if event.isRepeat {
      return [
        Diagnostic(
          .eventRepeated,
          "event '\(event.name)' with id '\(event.visibleID)' was received before; it starts nothing"
        )
      ]
    }
    guard event.isUnheard else { return [] }
    return [
      Diagnostic(
        .eventUnheard,
        "nobody listens to event '\(event.name)'; it is stored\n  → check the name, or start a node that has the function"
      )
    ]
  }

  private func payload() throws -> String {
    guard data.hasPrefix("@") || data == "-" else { return data }
    let path = data == "-" ? "-" : String(data.dropFirst())
    if path.isEmpty {
      throw Failure.usage(
        .inputOutput, "the name after '@' is empty\n  → name a file, as --data @event.json")
    }
    let input = try DocumentInput(reading: path, as: "data", atMost: Self.largestData)
    return String(decoding: input.text, as: UTF8.self)
  }

  private static let largestData = 3 << 20
}
