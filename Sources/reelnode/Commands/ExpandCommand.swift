internal import ArgumentParser
internal import SceneDocument

/// Writes a document out in full.
struct ExpandCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "expand",
    abstract: "Print a document with every default written out.",
    discussion: """
      Variables and 'defaults' are put in place, every key has its value. The result is a scene document again and \
      makes the same film. A payload becomes the scene document that is made of it. No file but the document is read.

      EXAMPLES
        reelnode expand film.json > film.expanded.json
        reelnode expand payload.json > film.json        imports a payload
        reelnode expand film.json | jq '.scenes[0].avatar'

      EXIT CODES
        0  done
        2  document or command line wrong; standard output has nothing, or with
           --json the errors
      """)

  @Argument(
    help: ArgumentHelp("The scene document, or '-' for standard input.", valueName: "doc"))
  var document: String

  @OptionGroup var preset: PresetOptions
  @OptionGroup var messages: MessageOptions

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let input = try DocumentInput(reading: document)
    reporter.input = input
    let reading = try Preparer(input: input, reading: preset.reading).read()
    reporter.say(reading.diagnostics)
    return reporter.console.print(reading.expandedText ?? "")
  }
}
