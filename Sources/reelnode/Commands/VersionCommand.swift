internal import ArgumentParser
internal import Compositing
internal import Media
internal import SceneDocument

/// Tells versions.
struct VersionCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "version",
    abstract: "Print the versions of reelnode and of the media libraries.",
    discussion: """
      The engine's version and the libraries' are the fingerprint that segments are kept under: with another \
      fingerprint everything is rendered anew.

      EXIT CODES
        0  done
      """)

  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    guard reporter.console.json else {
      return reporter.console.print(Version.lines.joined(separator: "\n") + "\n")
    }
    return reporter.console.print([
      "state": "done", "version": .string(Version.text), "engine": .string(Fingerprint.engine),
      "fingerprint": .string(Fingerprint.current), "ffmpeg": .string(Libraries.release),
      "libraries": .object(Libraries.versions.map { .init($0.name, .string($0.version)) }),
    ])
  }
}
