internal import ArgumentParser
internal import SceneDocument
internal import Workflows

/// Shows a run as it goes on.
struct RunsWatchCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show a run, or the newest ones, as they go on.",
    discussion: """
      On a terminal the picture changes in place; elsewhere, and with --json, a line is written whenever something \
      changes. With --json each line is one JSON value. Without a run the newest ones are shown until Ctrl-C.

      EXAMPLES
        reelnode runs watch 7G3K9A
        reelnode runs watch --function render-scene

      EXIT CODES
        0    the run completed
        1    it failed or was cancelled
        130  Ctrl-C; the run goes on
      """)

  @Argument(
    help: ArgumentHelp(
      "The run's id, or enough of its beginning or end. (default: the newest runs)",
      valueName: "run"))
  var run: String?

  @Option(help: ArgumentHelp("Only runs of this function.", valueName: "id"))
  var function: String?

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func validate() throws {
    if run != nil, function != nil {
      throw ValidationError("a run and --function exclude each other: give one of them")
    }
  }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let engine = try node.openEngine()
    let console = reporter.console
    guard let run else {
      let filter = RunFilter(functionID: function, limit: Terminal.standardError.rows - 1)
      return try await cancelledBySignals { try await Self.follow(filter, engine, console) }
    }
    let id = try await engine.fullID(ofRun: run)
    return try await cancelledBySignals { try await Self.follow(id, engine, console) }
  }

  /// Until the run has ended.
  private static func follow(
    _ id: String, _ engine: Engine, _ console: Console
  ) async throws -> ExitStatus {
    var picture = LivePicture(console: console)
    var tale = RunTale(console: console)
    var last: RunDetail?
    for try await detail in engine.watchTicking(run: id, isTicking: picture.isLive) {
      last = detail
      if picture.isLive {
        let terminal = Terminal.standardError
        let screen = RunScreen(detail: detail, now: currentMilliseconds)
        picture.show(screen.lines(on: terminal, lanes: max(3, terminal.rows - 12)), on: terminal)
      } else {
        tale.tell(detail)
      }
    }
    try Task.checkCancellation()
    guard let last else { throw InvalidRun.missing(id) }
    return last.run.state == .completed ? .done : .failed
  }

  /// Until somebody ends it.
  private static func follow(
    _ filter: RunFilter, _ engine: Engine, _ console: Console
  ) async throws -> ExitStatus {
    var picture = LivePicture(console: console)
    var tale = RunsTale(console: console)
    for try await runs in engine.watch(filter) {
      if picture.isLive {
        let terminal = Terminal.standardError
        let lines = RunTable(runs: runs, now: currentMilliseconds).lines(on: terminal)
        picture.show(runs.isEmpty ? ["no run is there"] : lines, on: terminal)
      } else {
        tale.tell(runs)
      }
    }
    try Task.checkCancellation()
    return .done
  }
}

extension Engine {
  /// The run each time it has changed and, when ticking, every half second, since bars grow.
  fileprivate func watchTicking(
    run id: String, isTicking: Bool
  ) -> AsyncThrowingStream<RunDetail, any Error> {
    guard isTicking else { return watch(run: id) }
    return AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let task = Task {
        do {
          while let detail = try await run(id) {
            continuation.yield(detail)
            if detail.run.state.isEnd { break }
            try await Task.sleep(for: .milliseconds(250))
          }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
