internal import ArgumentParser
internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

/// Makes a words file of any file with timed text.
struct WordsCommand: ReportingCommand {
  static let configuration = CommandConfiguration(
    commandName: "words",
    abstract: "Convert timed text into a words file for captions.",
    discussion: """
      Reads SubRip, WebVTT, the timing that ElevenLabs gives with its speech (one answer, or the lines of a stream) \
      or a words file, and writes the words file that 'captions.words' of a scene takes: every word with its time. \
      Of SubRip and WebVTT each word gets its share of its cue's time, unless the cue itself has times of words. \
      What kind the file is of is seen from its beginning.

      EXAMPLES
        reelnode words speech.json -o s1.words.json --lang ko
        reelnode words talk.srt > talk.words.json
        curl … | reelnode words - --from elevenlabs -o s1.words.json

      EXIT CODES
        0  done
        1  the words file could not be written
        2  the file or the command line is wrong
      """)

  @Argument(help: ArgumentHelp("The file, or '-' for standard input.", valueName: "file"))
  var file: String

  @Option(
    help: ArgumentHelp(
      "What the file is: srt, vtt, elevenlabs or words. (default: by its content)",
      valueName: "kind"),
    transform: Self.kind)
  var from: CaptionFile.Kind?

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The words file to write. (default: standard output)", valueName: "file"))
  var output: String?

  @Option(
    help: ArgumentHelp(
      "The language of the words, such as en, ko or zh-Hant. (default: what the file says)",
      valueName: "tag"),
    transform: Self.language)
  var lang: String?

  @Flag(
    inversion: .prefixedNo,
    help:
      "Of ElevenLabs, take the words that were said ('twelve') or those that were sent ('12'). (default: those that were said)"
  )
  var normalized: Bool?

  @OptionGroup var messages: MessageOptions

  private static func kind(_ word: String) throws -> CaptionFile.Kind {
    if let kind = CaptionFile.Kind(rawValue: word) { return kind }
    let words = CaptionFile.Kind.allCases.map(\.rawValue).joined(separator: ", ")
    throw ValidationError("'\(word)' is no kind of file: give one of \(words)")
  }

  private static func language(_ tag: String) throws -> String {
    if CaptionFile.isLanguage(tag) { return tag }
    throw ValidationError("'\(tag)' is no language tag: give one such as en, ko or zh-Hant")
  }

  func perform(_ reporter: inout Reporter) async throws -> ExitStatus {
    let input = try DocumentInput(
      reading: file, as: "file", atMost: CaptionFile.maximumAlignmentBytes)
    reporter.input = input
    let kind = from ?? CaptionFile.kind(of: input.text)
    let track: CaptionTrack
    do throws(CaptionFileError) {
      track =
        kind == .elevenlabs
        ? try CaptionFile.alignment(input.text, normalized: normalized)
        : try CaptionFile.read(input.text, as: kind)
    } catch {
      throw Failure(Diagnostic(error, in: input.text))
    }
    let text = CaptionFile.wordsFile(of: track, language: lang)
    let written = try checked(text)
    guard let output else { return reporter.console.print(text) }
    try write(text, to: output, besides: input)
    return tell(reporter.console, kind, written, output)
  }

  /// What a scene will read: other files may hold more words, and later times, than a words file.
  private func checked(_ text: String) throws(Failure) -> CaptionTrack {
    do throws(CaptionFileError) {
      return try CaptionFile.words(Array(text.utf8))
    } catch {
      throw Failure(
        Diagnostic(error.code, "'\(file)' does not make a words file: \(error.message)"))
    }
  }

  private func write(_ text: String, to path: String, besides input: DocumentInput) throws {
    if path.isEmpty {
      throw Failure.usage(.inputOutput, "the name after -o is empty\n  → name a file")
    }
    if HostPath.isFolder(path) {
      throw Failure.usage(.inputOutput, "'\(path)' is a folder\n  → name a file in it with -o")
    }
    let target = HostPath.followingLinks(path)
    if !input.isStandardInput, HostPath.resolved(target) == HostPath.resolved(input.path) {
      throw Failure.usage(
        .inputOutput,
        "cannot write the words to '\(path)': it is the file they are read from\n  → name another file with -o"
      )
    }
    do {
      try HostFile.replace(target, with: Array(text.utf8))
    } catch {
      throw Failure(Diagnostic(error))
    }
  }

  private func tell(
    _ console: Console, _ kind: CaptionFile.Kind, _ written: CaptionTrack, _ output: String
  ) -> ExitStatus {
    if console.json {
      return console.print([
        "state": "done", "from": .string(kind.rawValue), "path": .string(output),
        "lang": written.language.map(JSONValue.string) ?? .null,
        "words": .integer(written.words.count), "end": .number(Double(written.end) / 1_000_000),
      ])
    }
    let seconds = String(format: "%.2f", Double(written.end) / 1_000_000)
    console.say("\(output): \(written.words.count) words up to \(seconds) s")
    return .done
  }
}

extension Diagnostic {
  /// What is wrong with a caption file, at its place in the text.
  init(_ error: CaptionFileError, in text: [UInt8]) {
    self.init(error.code, error.message)
    (line, column, length) = (error.line, error.column, 1)
  }
}
