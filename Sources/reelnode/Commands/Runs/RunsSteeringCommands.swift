internal import ArgumentParser
internal import SceneDocument
internal import Workflows

/// Ends a run.
struct RunsCancelCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "End a run at once; what a step in flight still gives is thrown away.",
    discussion: """
      EXAMPLES
        reelnode runs cancel 7G3K9A
        reelnode runs cancel 7G3K9A --reason "wrong script"
      """)

  @OptionGroup var which: RunArgument

  @Option(help: ArgumentHelp("What is kept as the reason.", valueName: "text"))
  var reason = "cancelled on the command line"

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func validate() throws {
    if reason.isEmpty { throw ValidationError("--reason needs a text") }
  }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let engine = try node.openEngine()
    let id = try await engine.fullID(ofRun: which.run)
    let isCancelled = try await engine.cancel(run: id, reason: reason)
    let detail = try await engine.detail(of: id)
    if !isCancelled {
      throw Failure.usage(
        .range,
        "run \(id) has ended already: it is \(detail.run.state.rawValue)\n  → 'reelnode runs show \(detail.run.shortID)' tells how"
      )
    }
    if reporter.console.json { return reporter.console.print(detail.run.json) }
    reporter.console.say("\(detail.run.shortID)  \(detail.run.functionID): cancelled")
    return .done
  }
}

/// Lets an ended run go on, or does it again.
struct RunsRetryCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "retry",
    abstract: "Let a failed or cancelled run go on, or run it again from a step.",
    discussion: """
      Without --from a run that failed or was cancelled goes on where it ended: finished steps keep their results. \
      With --from a new run is made of the same events, which keeps the results of the steps before the one named; \
      that can be done with every run.

      EXAMPLES
        reelnode runs retry 7G3K9A
        reelnode runs retry 7G3K9A --from render
      """)

  @OptionGroup var which: RunArgument

  @Option(help: ArgumentHelp("The first step to execute anew, by its name.", valueName: "step"))
  var from: String?

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let engine = try node.openEngine()
    let id = try await engine.fullID(ofRun: which.run)
    var newID = id
    if let from {
      newID = try await engine.replay(run: id, from: from)
    } else {
      try await engine.retry(run: id)
    }
    let run = try await engine.detail(of: newID).run
    if reporter.console.json { return reporter.console.print(run.json) }
    reporter.console.say(
      "\(run.shortID)  \(run.functionID): "
        + (from.map { "a new run from step '\($0)' on" } ?? "goes on where it ended"))
    return .done
  }
}
