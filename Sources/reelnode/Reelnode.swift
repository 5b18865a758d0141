internal import ArgumentParser
internal import Foundation
internal import Media
internal import SceneDocument

/// The command `reelnode`: reads its arguments, sets the process up and runs one of `Commands/`.
///
/// A command gathers its input (`Input/`), lets `Compositing` do the work, and tells people on standard error
/// and programs on standard output (`Messages/`) how it went.
@main
struct Reelnode: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reelnode",
    abstract: "Makes films of briefs and of scene documents.",
    discussion: """
      A brief is a text, Markdown or PDF of which 'make' writes a script, speaks it and makes a film; 'serve' does the \
      same, and all else, for a browser and for programs.

      A scene document is a JSON file that says what a film is made of: scenes with a background, a speaker, \
      further layers and sounds. All paths in it are relative to the asset root, which is the document's own \
      folder unless --assets names another one. A payload {projectId, scenes: [{sceneId, avatarUrl, \
      backgroundUrl, duration}]} with paths of files is taken for a document too.

      BEGIN HERE
        reelnode doctor                        is everything installed?
        reelnode make brief.md                 a narrated film of a brief
        reelnode serve                         the whole node, with a dashboard
        reelnode validate film.json            are document and files in order?
        reelnode plan film.json                what is rendered, what is kept?
        reelnode render film.json -o film.mp4  a film of a document

      MESSAGES
      Messages go to standard error as 'file:line:column: error: …'. With --json every command prints one JSON \
      value on standard output and nothing else there.

      EXIT CODES
        0    done
        1    failed: disk, memory, a damaged file found while rendering
        2    the document, a file it names or the command line is wrong
        3    done, but there were warnings and --strict was given
        130  cancelled
      """,
    version: Version.text,
    subcommands: [
      MakeCommand.self, SettingsCommand.self, ServeCommand.self, NodeCommand.self,
      RenderCommand.self,
      PreviewCommand.self, ValidateCommand.self,
      ExpandCommand.self,
      PlanCommand.self, ProbeCommand.self, WordsCommand.self, GoldenCommand.self,
      QueueCommand.self, WorkerCommand.self, EventsCommand.self, RunsCommand.self,
      DatabaseCommand.self, DoctorCommand.self, VersionCommand.self, RenderChildCommand.self,
      InspectPDFCommand.self, SpeakCommand.self,
    ])

  static func main() async {
    HostMemory.returnLargeBlocks()
    let arguments = Array(CommandLine.arguments.dropFirst())
    if arguments == [RenderChildCommand.configuration.commandName] { RenderChildCommand.serve() }
    Foundation.exit(await run(arguments).rawValue)
  }

  /// Runs the command that `arguments` name and gives the status to exit with.
  private static func run(_ arguments: [String]) async -> ExitStatus {
    do {
      try limitCPU()
      try refuseUnknownCommand(arguments)
      var command = try parseAsRoot(arguments)
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
      return .done
    } catch let status as ExitStatus {
      return status
    } catch {
      return explain(error, arguments)
    }
  }

  /// Lets tests show that a film does not depend on the processor: `REELNODE_CPU_FLAGS=sse2`.
  private static func limitCPU() throws {
    guard let flags = ProcessInfo.processInfo.environment["REELNODE_CPU_FLAGS"], !flags.isEmpty
    else { return }
    do {
      try CPUFeatures.limit(to: flags)
    } catch {
      throw ValidationError("REELNODE_CPU_FLAGS: '\(flags)' names no instruction set of libav's")
    }
  }

  /// Says which commands there are, which the parser does not.
  private static func refuseUnknownCommand(_ arguments: [String]) throws {
    guard let word = arguments.first, !word.hasPrefix("-"), word != "help" else { return }
    let isHidden = configuration.subcommands.contains { command in
      !command.configuration.shouldDisplay && command.configuration.commandName == word
    }
    if isHidden { return }
    let names = configuration.subcommands.compactMap { command in
      command.configuration.shouldDisplay ? command.configuration.commandName : nil
    }
    if names.contains(word) { return }
    let remedy =
      word.hasSuffix(".json")
      ? "to make a film: reelnode render \(word)" : "one of: " + names.joined(separator: ", ")
    throw ValidationError("'\(word)' is no command\n  → \(remedy)")
  }

  /// Prints help that was asked for, or what is wrong with the command line.
  private static func explain(_ error: any Error, _ arguments: [String]) -> ExitStatus {
    let console = Console(json: arguments.contains("--json"))
    let text = fullMessage(for: error)
    if exitCode(for: error).isSuccess {
      return console.print(text + "\n")
    }
    console.say(text.replacing("Error: ", with: "reelnode: error: ", maxReplacements: 1))
    if console.json {
      console.print([
        "state": "failed",
        "diagnostics": [
          [
            "code": "E_USAGE", "severity": "error", "retryable": false, "pointer": "",
            "message": .string(message(for: error)),
          ]
        ],
      ])
    }
    return .wrongInput
  }
}
