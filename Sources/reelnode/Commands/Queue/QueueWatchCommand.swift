internal import ArgumentParser
internal import Foundation
internal import Jobs
internal import SceneDocument

/// Shows films as they are made.
struct QueueWatchCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show how far films are until they have ended.",
    discussion: """
      On a terminal the picture changes in place; elsewhere, and with --json, a line is written whenever something \
      changes. With --json each line is one JSON value.

      EXAMPLES
        reelnode queue watch                   all that is under way
        reelnode queue watch 7G3K && mpv film.mp4

      EXIT CODES
        0    all have ended well
        1    one of them failed or was cancelled
        130  Ctrl-C; the films go on
      """)

  @OptionGroup var which: OptionalJobArgument
  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let database = try node.openDatabase()
    let queue = RenderQueue(database: database)
    var ids: [String] = []
    if let job = which.job {
      ids = [try await queue.fullID(job)]
    } else {
      ids = try await queue.list(states: [.blocked, .queued, .leased]).map(\.id).reversed()
    }
    let console = reporter.console
    if ids.isEmpty {
      console.say("nothing is under way → reelnode queue add film.json")
      return .done
    }
    let watched = ids
    do {
      return try await cancelledBySignals {
        try await Self.follow(watched, queue, FilmWatcher(console: console))
      }
    } catch is CancellationError {
      console.say("no longer watched; the films go on")
      return .cancelled
    }
  }

  private static func follow(
    _ ids: [String], _ queue: RenderQueue, _ watcher: FilmWatcher
  ) async throws -> ExitStatus {
    var watcher = watcher
    for await _ in queue.changes() {
      var films: [FilmProgress] = []
      for id in ids { films.append(try await queue.progress(of: id)) }
      watcher.show(films)
      if films.allSatisfy(\.film.state.isEnded) {
        return films.allSatisfy(\.film.state.isSuccess) ? .done : .failed
      }
      // Many may change at once; a person sees no more than this.
      try await Task.sleep(for: .milliseconds(100))
    }
    throw CancellationError()
  }
}

/// What `queue watch` shows, drawn anew in place on a terminal.
struct FilmWatcher {
  let console: Console
  private var linesShown = 0
  private var told: [String: String] = [:]

  init(console: Console) { self.console = console }

  mutating func show(_ films: [FilmProgress]) {
    if console.isTerminal, !console.json {
      let lines = films.map(line)
      let up = linesShown > 0 ? "\u{1B}[\(linesShown)A" : ""
      let text = lines.map { "\r\u{1B}[?7l" + $0 + "\u{1B}[K\u{1B}[?7h" }.joined(separator: "\n")
      console.say(up + text)
      linesShown = lines.count
      return
    }
    for film in films {
      // A whole per cent, a state or another scene is news.
      let news = "\(film.film.state.rawValue) \(Int(film.fraction * 100)) \(film.running)"
      guard told[film.film.id] != news else { continue }
      told[film.film.id] = news
      if console.json {
        console.print(film.json.compactText + "\n")
      } else {
        console.say(line(film))
      }
    }
  }

  private func line(_ film: FilmProgress) -> String {
    var text = film.film.shortID + "  " + film.film.label + "  "
    guard !film.film.state.isEnded else {
      return text + film.film.state.rawValue
        + (film.film.errorCode.map { "  \($0) " + (film.film.errorMessage ?? "") } ?? "")
    }
    text += QueueScreen.bar(film.fraction)
    if let eta = film.etaMS { text += "  " + (Double(eta) / 1000).rounded(.up).clockText + " left" }
    let what = film.running.first.map { "  " + $0 } ?? "  waiting for a worker"
    return text + what + (film.running.count > 1 ? " and \(film.running.count - 1) more" : "")
  }
}
