internal import ArgumentParser
internal import Foundation
internal import Jobs
internal import Pipelines
internal import Rendering
internal import SceneDocument
internal import Storage
internal import Workflows

/// Renders what is in the queue.
struct WorkerCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Render what is in the queue.",
    discussion: """
      Takes jobs from the queue of the node's folder and renders each in a child process, which has limits of memory, \
      processor time and file size and, where the system allows it, no network. Any number of workers may share one \
      queue: a job is given to one of them, for as long as that one says that it is at it. When a worker dies, its \
      jobs go to another; finished segments are never rendered twice.

      SIGTERM and Ctrl-C: takes no more jobs, finishes those under way and ends. A second one gives them back to \
      the queue and ends at once.

      EXAMPLES
        reelnode worker                       until it is told to end
        reelnode worker --jobs 4 --memory 3GiB
        reelnode worker --until-empty         renders what is there, then ends

      EXIT CODES
        0    ended as it was told to, or because the queue was empty
        1    the database or the asset store cannot be used, or
             with --until-empty a job failed
        2    a setting is wrong
        130  a second Ctrl-C
      """)

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp(
      "How many jobs are rendered at the same time. (default: one for each processor)",
      valueName: "n"))
  var jobs: Int?

  @Option(
    help: ArgumentHelp("Address space of a child, such as 3GiB; 0 for no limit.", valueName: "size")
  )
  var memory = ByteSize(Int64(ChildLimits().memory))

  @Option(
    help: ArgumentHelp("The largest file a child may write; 0 for no limit.", valueName: "size"))
  var fileSize = ByteSize(Int64(ChildLimits().fileSize))

  @Option(
    help: ArgumentHelp(
      "Processor seconds of a child for each job, besides 30 for each frame; 0 for no limit.",
      valueName: "s"))
  var cpu = Int(ChildLimits().processorSeconds)

  @Option(
    help: ArgumentHelp(
      "End a render when nothing has moved for so many seconds, and for 20 times as long as a frame takes.",
      valueName: "s"))
  var patience = 30

  @Flag(inversion: .prefixedNo, help: "Let other programs of the machine go first.")
  var nice = true

  @Flag(help: "End when the queue holds nothing that is to be done.")
  var untilEmpty = false

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func validate() throws {
    if let jobs, !(1...256).contains(jobs) {
      throw ValidationError("--jobs must be a number from 1 to 256, not \(jobs)")
    }
    if cpu < 0 { throw ValidationError("--cpu must be 0 or more seconds, not \(cpu)") }
    if patience < 1 {
      throw ValidationError("--patience must be at least 1 second, not \(patience)")
    }
    if memory.bytes != 0, memory.bytes < 1 << 30 {
      throw ValidationError(
        "--memory must be at least 1GiB, or 0: a child needs that much to begin")
    }
  }

  private var workerOptions: WorkerOptions {
    var options = WorkerOptions(
      folder: node.folder, jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount,
      executable: HostPath.ownExecutable,
      arguments: [RenderChildCommand.configuration.commandName ?? "render-child"])
    options.limits.memory = UInt64(memory.bytes)
    options.limits.fileSize = UInt64(fileSize.bytes)
    options.limits.processorSeconds = UInt64(cpu)
    options.limits.isNice = nice
    options.patience = .seconds(patience)
    options.untilEmpty = untilEmpty
    return options
  }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let console = reporter.console
    let database = try node.openDatabase(checksIntegrity: true)
    let engine = try Engine(database: database, functions: [])
    let assets = try await node.chosenAssets()
    try await assets.check()
    let worker = try Worker(
      database: database, assets: assets.store, options: workerOptions,
      finished: { connection, film in
        try engine.send(FilmEvents.of(film), in: connection)
      },
      report: { WorkerPrinter(console: console).tell($0) })
    let summary = try await drainedBySignals(worker)
    if console.json {
      let written = console.print([
        "state": "done", "worker": .string(worker.id), "done": .integer(summary.done),
        "failed": .integer(summary.failed),
      ])
      if written != .done { return written }
    }
    return untilEmpty && summary.failed > 0 ? .failed : .done
  }

  /// Runs the worker until it ends; the first signal lets it finish, the second gives its jobs back.
  private func drainedBySignals(_ worker: Worker) async throws -> Worker.Summary {
    try await withSignals { isSecond in
      Task { if isSecond { await worker.stop() } else { await worker.drain() } }
    } during: {
      try await worker.run()
    }
  }
}

/// Tells people what a worker does, a line each.
struct WorkerPrinter {
  var console: Console

  func tell(_ news: WorkerNews) {
    switch news {
    case .began(let id, let jobs):
      console.say("worker \(id): \(counted(jobs, "job")) at a time")
    case .started(let label, let attempt):
      console.say("started   \(label)" + (attempt > 1 ? " (attempt \(attempt))" : ""))
    case .finished(let label, let seconds, let frames):
      let speed =
        frames > 0 && seconds > 0 ? ", \((Double(frames) / seconds).text(decimals: 1)) fps" : ""
      console.say("done      \(label)  \(seconds.text(decimals: 1)) s\(speed)")
    case .failed(let label, let code, let message, let isRetried):
      console.say(
        console.styled("failed    ", .error) + "\(label): \(message) [\(code)]"
          + (isRetried ? "\n  it will be tried again" : ""))
    case .lost(let label): console.say("given up  \(label): cancelled, or another worker has it")
    case .draining(let running):
      console.say("ending: \(counted(running, "job")) under way; once more to give back at once")
    case .trouble(let text): console.say(console.styled("trouble: ", .warning) + text)
    case .hasNetwork:
      console.say("note: this system does not let render children leave the network")
    case .ended(let done, let failed):
      console.say("ended: \(counted(done, "job")) done, \(failed) failed")
    }
  }
}
