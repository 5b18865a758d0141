internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import GoldenFrames
internal import Media
internal import SceneDocument

/// Holds films against their goldens.
struct GoldenCheckCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Hold films against their goldens.",
    discussion: """
      Every frame is drawn as it would go into the encoder, and the sound is mixed; nothing is encoded.

      Tier A: a golden that this build recorded (same engine, same libraries, same kind of machine; any processor) \
      must be met bit for bit. Tier B: against one of another build, key frames may differ by at most 2, by no block \
      of 16 × 16 below 48 dB, and by more than 1 in at most 0.001 % of their samples; of the other frames the means \
      of small squares are compared, of sound mean and effective value of every 5 ms.

      Bounds for tier B are loosened for one golden at a time, with a reason and a last day, in its golden.json:
        { "tolerance": { "max_difference": 4, "block_db": 44,
                         "over_one_percent": 0.1, "sound_db": -70,
                         "reason": "FreeType 2.13 draws glyphs differently",
                         "until": "2027-03-31" } }

      Where a film differs, a page is written that shows it, and the layer that changed is named.

      EXIT CODES
        0  all films match
        1  a film differs
        2  a golden, a document, an asset or the command line is wrong
      """)

  @OptionGroup var films: GoldenFilms

  @Option(
    help: ArgumentHelp(
      "Write the page into this folder, also when all films match. (default: golden-report, when a film differs)",
      valueName: "dir"))
  var report: String?

  @Option(help: ArgumentHelp("Write a JUnit report to this file.", valueName: "file"))
  var junit: String?

  @OptionGroup var messages: MessageOptions

  func validate() throws {
    if report == "" || junit == "" { throw ValidationError("--report and --junit need a path") }
  }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let outcomes = try await films.check()
    for outcome in outcomes { tell(outcome, reporter) }
    let page = try writeReport(outcomes.map(\.outcome))
    if let junit {
      try HostFile.replace(junit, with: Array(JUnitReport(outcomes.map(\.outcome)).xml.utf8))
    }
    let status = status(outcomes)
    let matching = outcomes.count { $0.outcome.isMatch }
    reporter.console.say("\(matching) of \(counted(outcomes.count, "film")) match")
    if let page { reporter.console.say("  → look at \(page)") }
    if reporter.console.json {
      reporter.console.print([
        "spec": "golden/1", "state": .string(status == .done ? "match" : "differs"),
        "build": .string(GoldenBuild.current), "report": page.map { .string($0) } ?? .null,
        "documents": .array(outcomes.map(\.outcome.json)),
      ])
    }
    return status
  }

  private func tell(_ outcome: GoldenRun.Outcome, _ reporter: Reporter) {
    guard let failure = outcome.failure else {
      if case .match(let verdict) = outcome.outcome.result {
        reporter.console.say("\(outcome.outcome.name): \(verdict.summary)")
      }
      return
    }
    var own = reporter
    own.input = outcome.input
    own.say(failure.diagnostics.filter { $0.severity == .error })
  }

  /// The page's path, if there is one.
  private func writeReport(_ outcomes: [GoldenOutcome]) throws -> String? {
    let isNeeded = outcomes.contains { $0.state == "differs" }
    guard report != nil || isNeeded else { return nil }
    return try GoldenReport(outcomes).write(into: report ?? "golden-report")
  }

  /// What differs is told before what could not be checked.
  private func status(_ outcomes: [GoldenRun.Outcome]) -> ExitStatus {
    let statuses = outcomes.compactMap(\.failure?.status)
    if statuses.contains(.failed) { return .failed }
    return statuses.isEmpty ? .done : .wrongInput
  }
}
