internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import GoldenFrames
internal import SceneDocument

/// Says why films differ from their goldens.
struct GoldenExplainCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say which layer or sound made a film differ.",
    discussion: """
      Scenes, layers and sounds are compared with their descriptions when the golden was recorded. Then the worst \
      frame is drawn without each of its layers in turn, to see whose pixels differ. Frames that show what others \
      showed are found too.

      EXIT CODES
        0  the film matches
        1  it differs
        2  a golden, a document, an asset or the command line is wrong
      """)

  @OptionGroup var films: GoldenFilms

  @OptionGroup var messages: MessageOptions

  /// Frames that are listed one by one.
  private static let most = 12

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let outcomes = try await films.check()
    var text = ""
    for outcome in outcomes {
      if let failure = outcome.failure, outcome.outcome.state == "broken" {
        var own = reporter
        own.input = outcome.input
        own.say(failure.diagnostics.filter { $0.severity == .error })
      } else {
        text += self.text(outcome.outcome)
      }
    }
    if reporter.console.json {
      reporter.console.print([
        "spec": "golden/1", "documents": .array(outcomes.map(\.outcome.json)),
      ])
    } else {
      reporter.console.print(text)
    }
    let states = outcomes.map(\.outcome.state)
    return states.contains("differs") ? .failed : states.contains("broken") ? .wrongInput : .done
  }

  private func text(_ outcome: GoldenOutcome) -> String {
    guard case .differs(let verdict, let explanation, _) = outcome.result else {
      return outcome.text + "\n"
    }
    var lines = ["\(outcome.name):"]
    lines += explanation.text.split(separator: "\n").map { "  " + $0 }
    lines.append("  " + verdict.summary)
    for finding in verdict.failures.prefix(Self.most) {
      lines.append(
        "    frame \(finding.index), \(verdict.time(of: finding.index)): \(verdict.numbers(finding))"
      )
    }
    let rest = verdict.failures.count - Self.most
    if rest > 0 { lines.append("    and \(counted(rest, "frame")) more") }
    return lines.joined(separator: "\n") + "\n"
  }
}
