internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import SceneDocument

/// Tells what files hold.
struct ProbeCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "probe",
    abstract: "Tell what media files hold.",
    discussion: """
      Each file is read from beginning to end: frames and samples are counted, not taken from the header. It is the \
      record that durations and layout of a film are computed from.

      EXAMPLES
        reelnode probe clips/*.mp4
        reelnode probe voice.m4a --json | jq '.files[0].audio.samples'

      EXIT CODES
        0  all files can be used
        1  the machine could not read one
        2  one of them cannot be used or is not there
      """)

  @Argument(help: ArgumentHelp("Media files.", valueName: "file"))
  var files: [String]

  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    var list: [JSONValue] = []
    var problems: [Diagnostic] = []
    var written = ExitStatus.done
    for file in files {
      do throws(AssetError) {
        let probe = try await probe(file)
        if !reporter.console.json { written = reporter.console.print(probe.text(file) + "\n") }
        list.append(probe.json(file))
      } catch {
        let diagnostic = Diagnostic(
          AssetError(
            error.code, path: file, problem: error.problem, remedy: remedy(error)))
        reporter.say([diagnostic])
        problems.append(diagnostic)
        list.append(["path": .string(file), "diagnostics": [diagnostic.json]])
      }
    }
    let statuses = problems.map(\.code.exitStatus)
    let status: ExitStatus =
      statuses.contains(.wrongInput) ? .wrongInput : statuses.isEmpty ? .done : .failed
    if reporter.console.json {
      written = reporter.console.print([
        "state": .string(status.state), "files": .array(list),
        "diagnostics": .array(problems.map(\.json)),
      ])
    }
    return status == .done ? written : status
  }

  /// The path is the user's own, so links in it are followed; the file itself is opened as an asset is.
  private func probe(_ file: String) async throws(AssetError) -> ProbedAsset {
    let url = URL(fileURLWithPath: file).resolvingSymlinksInPath()
    guard FileManager.default.fileExists(atPath: url.path) else {
      throw AssetError(
        .missing, path: file, problem: "there is no such file", remedy: "correct the path")
    }
    let root = try AssetRoot(path: url.deletingLastPathComponent().path)
    let asset = Asset(id: "file", path: url.lastPathComponent)
    let outcome = await ProbeService(root: root, jobs: 1).probe(all: [asset])["file"]
    guard let outcome else {
      throw AssetError(.cancelled, path: file, problem: "cancelled", remedy: "start it again")
    }
    return try outcome.get()
  }

  private func remedy(_ error: AssetError) -> String {
    error.code == .pathForbidden ? "rename the file, or name a regular one" : error.remedy
  }
}
