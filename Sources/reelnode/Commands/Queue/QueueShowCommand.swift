internal import ArgumentParser
internal import Foundation
internal import Jobs
internal import Rendering
internal import SceneDocument

/// One job with all that is known of it.
struct QueueShowCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show one job: its parts, its attempts and their errors, its result.",
    discussion: """
      EXAMPLES
        reelnode queue show 7G3K
        reelnode queue show 7G3K --json | jq '.part_jobs[] | {label, state}'
      """)

  @OptionGroup var which: JobArgument
  @OptionGroup var node: NodeOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let queue = try node.openQueue()
    let id = try await queue.fullID(which.job)
    let progress = try await queue.progress(of: id)
    let parts = try await queue.parts(of: id)
    let films = try await queue.films(needing: id)
    let console = reporter.console
    let result = FilmResult(progress.film)
    if console.json {
      guard case .object(var members) = progress.json else { return .failed }
      members.append(.init("part_jobs", .array(parts.map(\.json))))
      members.append(
        .init("films", .array((result?.films ?? []).map(\.json))))
      members.append(
        .init(
          "outputs", .array(FilmSubmission.outputs(of: progress.film).map(JSONValue.string))))
      members.append(.init("needed_by", .array(films.map { .string($0.id) })))
      return console.print(.object(members))
    }
    var lines = ["\(progress.film.label)  \(progress.film.state.rawValue)  \(id)"]
    if !progress.film.state.isEnded { lines.append(Self.bar(progress)) }
    for film in films { lines.append("needed by \(film.shortID)  \(film.label)") }
    if let owner = progress.film.owner { lines.append("worker \(owner)") }
    if result == nil {
      lines += FilmSubmission.outputs(of: progress.film).map { "will be written to \($0)" }
    }
    for film in result?.films ?? [] { lines.append("\(film.place)  sha256 \(film.sha256)") }
    for job in [progress.film] + parts { lines += Self.lines(of: job, isFilm: job.id == id) }
    lines += Self.remedy(progress.film)
    return console.print(lines.joined(separator: "\n") + "\n")
  }

  private static func bar(_ progress: FilmProgress) -> String {
    let left = progress.etaMS.map {
      "  " + (Double($0) / 1000).rounded(.up).clockText + " left"
    }
    return QueueScreen.bar(progress.fraction) + (left ?? "")
      + (progress.film.isPaused ? "  paused" : "")
  }

  /// Why a film has failed, and how to go on.
  private static func remedy(_ job: RenderJob) -> [String] {
    let isOver = job.state == .failed || job.state == .cancelled
    guard job.kind == .film, isOver else { return [] }
    var lines: [String] = []
    if let code = job.errorCode, let message = job.errorMessage {
      lines.append("\(code) \(message)")
    }
    return lines + ["→ reelnode queue retry \(job.shortID)"]
  }

  private static func lines(of job: RenderJob, isFilm: Bool) -> [String] {
    var lines: [String] = []
    if !isFilm {
      let time = job.elapsedMS.map { "  \((Double($0) / 1000).text(decimals: 1)) s" } ?? ""
      let done = job.state == .leased ? "  \(job.framesDone)/\(job.frames) frames" : ""
      lines.append("  \(job.state.rawValue.padded(to: 10))  \(job.label)\(time)\(done)")
    }
    for (number, failure) in job.failures.enumerated() {
      let text = failure.message.replacing("\n", with: "\n      ")
      lines.append("    attempt \(number + 1): \(failure.code) \(text)")
    }
    return lines
  }
}

extension FilmResult.Film {
  var place: String {
    path ?? "in the asset store: " + stored.keys.sorted().joined(separator: ", ")
  }

  var json: JSONValue {
    [
      "variant": .string(variant), "path": .init(text: path), "sha256": .string(sha256),
      "bytes": .integer(Int(bytes)), "frames": .integer(frames),
      "stored": .object(
        stored.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
    ]
  }
}
