internal import ArgumentParser
internal import Foundation
internal import Jobs
internal import SceneDocument

/// What is in the queue.
struct QueueListCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "list",
    abstract: "List the films in the queue, the newest first.",
    discussion: """
      EXAMPLES
        reelnode queue list                    films under way, and the last ended
        reelnode queue list --state failed
        reelnode queue list --parts --json     every job
      """)

  @Option(
    help: ArgumentHelp(
      "Only jobs in this state; may be given several times.", valueName: "state"),
    transform: Self.state)
  var state: [JobState] = []

  @Flag(help: "Segments and sound too.")
  var parts = false

  @Option(help: ArgumentHelp("How many at most.", valueName: "n"))
  var limit = 30

  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  private static func state(_ word: String) throws -> JobState {
    if let state = JobState(rawValue: word) { return state }
    let words = JobState.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("'\(word)' is no state: give one of \(words)")
  }

  func validate() throws {
    if limit < 1 { throw ValidationError("--limit must be at least 1, not \(limit)") }
  }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let queue = try node.openQueue()
    let jobs = try await queue.list(
      kinds: parts ? Set(JobKind.allCases) : [.film],
      states: state.isEmpty ? Set(JobState.allCases) : Set(state), limit: limit)
    let (paused, counts) = try await queue.summary()
    let workers = try await queue.workers()
    var films: [FilmProgress] = []
    for job in jobs where job.kind == .film { films.append(try await queue.progress(of: job.id)) }
    let progress = Dictionary(uniqueKeysWithValues: films.map { ($0.film.id, $0) })
    if reporter.console.json {
      return reporter.console.print([
        "paused": .bool(paused != nil),
        "counts": .object(
          JobState.allCases.map { .init($0.rawValue, .integer(counts[$0] ?? 0)) }),
        "workers": .array(workers.map(\.json)),
        "jobs": .array(jobs.map { progress[$0.id]?.json ?? $0.json }),
      ])
    }
    let screen = QueueScreen(jobs: jobs, progress: progress, workers: workers, paused: paused)
    return reporter.console.print(screen.text(now: Date(), console: reporter.console))
  }
}

extension WorkerRecord {
  var json: JSONValue {
    [
      "id": .string(id), "host": .string(host), "pid": .integer(pid), "slots": .integer(slots),
      "jobs": .integer(jobs), "started": .time(startedMS), "seen": .time(seenMS),
    ]
  }
}

extension FilmProgress {
  var json: JSONValue {
    guard case .object(var members) = film.json else { return film.json }
    members += [
      .init("fraction", .number((fraction * 10000).rounded() / 10000)),
      .init("eta_ms", etaMS.map { .integer(Int($0)) } ?? .null),
      .init("parts", .integer(parts)), .init("parts_done", .integer(partsDone)),
      .init("running", .array(running.map(JSONValue.string))),
    ]
    return .object(members)
  }
}
