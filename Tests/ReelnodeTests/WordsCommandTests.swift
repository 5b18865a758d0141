import SceneDocument
import TestSupport
import Testing

@Suite struct WordsCommandTests {
  private static let srt = "1\n00:00:01,000 --> 00:00:02,000\nHi <i>there</i>\n"
  private static let vtt = "WEBVTT\nLanguage: en\n\n00:01.000 --> 00:02.000\nHi <00:01.300>there\n"
  private static let speech =
    #"{"audio_base64": "QQ==", "alignment": {"characters": ["1", "2"], "character_start_times_seconds": [0, 0.5], "character_end_times_seconds": [0.5, 1]}, "normalized_alignment": {"characters": ["a", " ", "b"], "character_start_times_seconds": [0, 0.2, 0.5], "character_end_times_seconds": [0.2, 0.5, 1]}}"#

  @Test(
    "every kind of file is known by its content",
    arguments: [
      (srt, ["Hi", "there"]), (vtt, ["Hi", "there"]), (speech, ["a", "b"]),
      (#"{"v": 1, "words": [{"t": "a", "s": 0, "e": 1}]}"#, ["a"]),
    ])
  func kinds(text: String, words: [String]) throws {
    let outcome = try ReelnodeProgram.run(["words", "-"], input: text)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(try CaptionFile.words(outcome.output).words.map(\.text) == words)
    // What is written is read again without a change.
    let again = try ReelnodeProgram.run(["words", "-"], input: outcome.outputText)
    #expect(again.output == outcome.output)
  }

  @Test("a file is written with the language asked for, and told of")
  func output() throws {
    let folder = try TempFolder()
    let file = try folder.write(Self.srt, to: "talk.srt")
    let target = folder.file("talk.words.json")
    let outcome = try ReelnodeProgram.run([
      "words", file, "-o", target, "--lang", "ko", "--json",
    ])
    #expect(outcome.status == 0)
    #expect(try outcome.json["words"] == 2)
    #expect(try outcome.json["from"] == "srt")
    #expect(try outcome.json["end"] == 2)
    let track = try CaptionFile.words(readBytes(target))
    #expect(track.language == "ko")
    #expect(track.words.map(\.end) == [1_285_714, 2_000_000])
  }

  @Test("the words that were sent, where they are asked for")
  func sent() throws {
    let outcome = try ReelnodeProgram.run(["words", "-", "--no-normalized"], input: Self.speech)
    #expect(try CaptionFile.words(outcome.output).words.map(\.text) == ["12"])
  }

  @Test("a broken file is told with its place and its line, and nothing is written")
  func broken() throws {
    let folder = try TempFolder()
    let file = try folder.write("1\n00:00:02,000 --> 00:00:01,000\nHi\n", to: "talk.srt")
    let target = folder.file("words.json")
    let outcome = try ReelnodeProgram.run(["words", file, "-o", target])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.hasPrefix("\(file):2:1: error: the cue ends"))
    #expect(outcome.errorText.contains("    2 | 00:00:02,000 --> 00:00:01,000"))
    #expect(throws: (any Error).self) { try readBytes(target) }
    let json = try ReelnodeProgram.run(["words", file, "--json"])
    #expect(try json.codes == ["E_RANGE"])
    #expect(try json.json["diagnostics"]?.items.first?["line"] == 2)
  }

  @Test(
    "a wrong command line ends with 2",
    arguments: [
      ["-", "--from", "ass"], ["-", "--lang", "Korean!"], ["no-such-file.srt"], ["/"],
      ["-", "-o", "/"],
      ["-", "-o", ""], ["-", "--from", "vtt"],
    ])
  func wrong(arguments: [String]) throws {
    let outcome = try ReelnodeProgram.run(["words"] + arguments, input: Self.srt)
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(!outcome.errorText.isEmpty)
  }

  @Test("a file with later times than a scene can have is told, and nothing is written")
  func late() throws {
    let folder = try TempFolder()
    let outcome = try ReelnodeProgram.run(
      ["words", "-", "-o", folder.file("words.json")],
      input: "1\n05:00:01,000 --> 05:00:02,000\nHi\n")
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("does not make a words file: 's' must be between 0 and"))
    #expect(throws: (any Error).self) { try readBytes(folder.file("words.json")) }
  }

  @Test("the file that is read is not written over")
  func same() throws {
    let folder = try TempFolder()
    let file = try folder.write(Self.srt, to: "talk.srt")
    #expect(try ReelnodeProgram.run(["words", file, "-o", file]).status == 2)
    #expect(try readBytes(file) == Array(Self.srt.utf8))
  }

  @Test("a words file that cannot be written is a failure of the machine")
  func unwritable() throws {
    let outcome = try ReelnodeProgram.run(
      ["words", "-", "-o", "/no-such-folder/words.json"], input: Self.srt)
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("→"))
  }
}
