internal import ArgumentParser
internal import Foundation
internal import GoldenFrames
internal import SceneDocument

/// Guards a document's frames and sound against change.
struct GoldenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "golden",
    abstract: "Guard the frames and sound of films against change.",
    discussion: """
      A golden says what a document's film looked and sounded like when it was recorded: 'film.golden/' beside \
      'film.json'. It is text with a line for each frame, a few key frames as PNG without loss, and two small tables. \
      Commit it, and let 'golden check' run in CI.

      EXAMPLES
        reelnode golden record titles.json          look at the film first
        reelnode golden check titles.json
        reelnode golden check Fixtures --junit golden.xml --report golden-report
        reelnode golden explain titles.json         what changed of which layer
      """,
    subcommands: [
      GoldenCheckCommand.self, GoldenRecordCommand.self, GoldenExplainCommand.self,
    ])
}

extension Diagnostic {
  init(_ error: GoldenError) {
    let code: DiagnosticCode =
      switch error.kind {
      case .missing: .goldenMissing
      case .damaged: .goldenDamaged
      case .settings: .goldenSettings
      case .expired: .goldenExpired
      case .refused: .goldenRefused
      case .notReproducible: .notReproducible
      }
    self.init(code, error.description)
  }
}

/// Frames of the command line: `30:60` is 30 to 59, `30:` all from 30 on.
struct FrameSpan: ExpressibleByArgument {
  var range: Range<Int>

  init?(argument: String) {
    let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let from = parts[0].isEmpty ? 0 : Int(parts[0])
    let to = parts[1].isEmpty ? Int.max : Int(parts[1])
    guard let from, let to, from >= 0, from < to else { return nil }
    range = from..<to
  }
}

/// `A` or `B`.
enum TierWord: String, ExpressibleByArgument {
  case a = "A"
  case b = "B"

  init?(argument: String) { self.init(rawValue: argument.uppercased()) }

  var tier: Verdict.Tier { self == .a ? .exact : .tolerant }
}
