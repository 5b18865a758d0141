import Foundation
import SceneDocument
import TestSupport
import Testing

@Suite struct CommandLineTests {
  @Test(
    "a wrong command line ends with 2 and says what to do",
    arguments: [
      [], ["bogus"], ["film.json"], ["render"], ["render", "a.json", "b.json"],
      ["render", "a.json", "--jobs", "0"], ["render", "a.json", "--preset", "best"],
      ["render", "a.json", "--range", "abc"], ["render", "a.json", "--cache-limit", "much"],
      ["render", "a.json", "--cache", "x", "--no-cache"], ["plan", "a.json", "--bogus"],
      ["validate", "no-such-file.json"], ["validate", "/"], ["expand", "no-such-file.json"],
      ["probe"], ["probe", "no-such-file.mp4"],
    ])
  func wrong(arguments: [String]) throws {
    // Without a command the help is printed, which is no mistake.
    let expected: Int32 = arguments.isEmpty ? 0 : 2
    #expect(try ReelnodeProgram.run(arguments).status == expected)
  }

  @Test(
    "with --json a wrong command line is one JSON value on standard output",
    arguments: [["render", "--json"], ["render", "x.json", "--jobs", "0", "--json"]])
  func wrongAsJSON(arguments: [String]) throws {
    let outcome = try ReelnodeProgram.run(arguments)
    #expect(outcome.status == 2)
    #expect(try outcome.json["state"] == "failed")
    #expect(try outcome.codes == ["E_USAGE"])
  }

  @Test(
    "every command prints one JSON value with --json, done or not",
    arguments: ["render", "validate", "plan", "expand", "probe"])
  func failureAsJSON(command: String) throws {
    let outcome = try ReelnodeProgram.run([command, "no-such-file", "--json"])
    #expect(outcome.status == 2)
    #expect(try outcome.json["state"] == "failed")
    #expect(try outcome.codes.count == 1)
    #expect(outcome.errorText.contains("no such file"))
  }

  @Test(
    "help names examples and exit codes",
    arguments: ["render", "validate", "plan", "probe", "make", "serve", "node"])
  func help(command: String) throws {
    let outcome = try ReelnodeProgram.run([command, "--help"])
    #expect(outcome.status == 0)
    #expect(outcome.outputText.contains("EXAMPLES"))
    #expect(outcome.outputText.contains("EXIT CODES"))
    #expect(outcome.errorText.isEmpty)
  }

  @Test("an instruction set that is not known is told at once")
  func processorFlags() throws {
    let outcome = try ReelnodeProgram.run(
      ["version"], environment: ["REELNODE_CPU_FLAGS": "abacus"])
    #expect(outcome.status == 2)
    #expect(
      try ReelnodeProgram.run(["version"], environment: ["REELNODE_CPU_FLAGS": "sse2"]).status
        == 0)
  }

  @Test("expand gives a document that expands to itself")
  func expand() throws {
    let once = try ReelnodeProgram.run(["expand", "-"], input: Project.film)
    #expect(once.status == 0)
    let twice = try ReelnodeProgram.run(["expand", "-"], input: once.outputText)
    #expect(twice.outputText == once.outputText)
  }

  @Test("expand of a broken document prints nothing on standard output")
  func expandBroken() throws {
    let outcome = try ReelnodeProgram.run(["expand", "-"], input: "{\"spec\": }")
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errorText.hasPrefix("<stdin>:1:10: error: "))
  }

  @Test("a full standard output is a failure")
  func fullOutput() throws {
    let outcome = try Tool.run(
      "sh", ["-c", "exec \"$0\" version > /dev/full", ReelnodeProgram.path])
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("cannot write to standard output"))
  }

  @Test("doctor finds everything on this machine")
  func doctor() throws {
    let folder = try TempFolder()
    let outcome = try ReelnodeProgram.run(["doctor", "--cache", folder.path, "--json"])
    #expect(outcome.status == 0, "\(outcome.outputText)")
    #expect(try outcome.json["missing"] == [])
    #expect(try outcome.json["cache"]?["folder"]?.string == folder.path)
    #expect(try outcome.json["libraries"]?["libavcodec"]?.string != nil)
    let text = try ReelnodeProgram.run(["doctor", "--cache", folder.path]).outputText
    #expect(text.contains("licence: "))
    #expect(text.hasSuffix("everything is there\n"))
  }

  @Test("probe counts frames and samples")
  func probe() throws {
    let outcome = try ReelnodeProgram.run(["probe", ClipForge.numbered(frames: 40), "--json"])
    #expect(outcome.status == 0)
    let file = try #require(try outcome.json["files"]?.items.first)
    #expect(file["video"]?["frames"] == 40)
    #expect(file["video"]?["fps"] == "30")
    #expect(file["sha256"]?.string?.count == 64)
  }

  @Test("probe tells of the good files also when one is bad")
  func probeSome() throws {
    let good = try ClipForge.numbered(frames: 40)
    let outcome = try ReelnodeProgram.run(["probe", good, "/dev/null", "--json"])
    #expect(outcome.status == 2)
    #expect(try outcome.json["files"]?.items.count == 2)
    #expect(try outcome.codes == ["E_PATH_FORBIDDEN"])
  }
}
