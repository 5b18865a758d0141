import Foundation
import SceneDocument
import TestSupport
import Testing

@Suite struct ValidateCommandTests {
  @Test("a document in order")
  func inOrder() throws {
    let project = try Project()
    let outcome = try project.run("validate", "--json")
    #expect(outcome.status == 0)
    #expect(try outcome.json["state"] == "done")
    #expect(try outcome.json["frames"] == 30)
    #expect(outcome.errorText.contains("film.json is in order: 2 scenes, 30 frames, 3.0 s"))
  }

  @Test("a mistake is told with its place, the line of the text and a mark under it")
  func caret() throws {
    let project = try Project()
    try project.edit("\"x\": 0.5", "\"postion\": 0.5")
    let outcome = try project.run("validate")
    #expect(outcome.status == 2)
    #expect(outcome.output.isEmpty)
    #expect(
      outcome.errorText.contains(
        """
        film.json:14:36: error: scene 'one': unknown key 'postion' in an avatar [E_UNKNOWN_KEY]
           14 |       "avatar": { "asset": "host", "postion": 0.5, "y": 0.5, "size": [0.25, 0.25] }
              |                                    ^~~~~~~~~

        """.dropLast()), "\(outcome.errorText)")
  }

  @Test("all mistakes of a stage are in the JSON, in the order of the text")
  func allMistakes() throws {
    let project = try Project()
    try project.edit("\"fps\": 10", "\"fps\": 0.5")
    try project.edit("\"asset\": \"bg\"", "\"asset\": \"nothing\"")
    let outcome = try project.run("validate", "--json")
    #expect(outcome.status == 2)
    #expect(try outcome.json["state"] == "failed")
    let lines = try outcome.json["diagnostics"]?.items.compactMap { $0["line"]?.number }
    #expect(lines == [4, 13])
  }

  @Test("files are looked at unless --no-probe is given")
  func missingFile() throws {
    let project = try Project()
    try project.edit("clips/host.mp4", "clips/nobody.mp4")
    let outcome = try project.run("validate", "--json")
    #expect(outcome.status == 2)
    #expect(try outcome.codes == ["E_ASSET_MISSING"])
    #expect(try project.run("validate", "--no-probe").status == 0)
  }

  @Test("only the files of scenes that are made have to be there")
  func disabledScene() throws {
    let project = try Project()
    try project.edit("clips/host.mp4", "clips/nobody.mp4")
    try project.edit("\"id\": \"one\",", "\"id\": \"one\", \"enabled\": false,")
    #expect(try project.run("validate").status == 0)
  }

  @Test("--fix writes what is beyond doubt and leaves the rest of the text")
  func fix() throws {
    let project = try Project()
    try project.edit("\"size\": [0.25, 0.25]", "\"sise\":   [0.25,0.25]")
    let outcome = try project.run("validate", "--fix")
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(
      outcome.errorText.contains(
        "film.json:14:56: repaired: unknown key 'sise' in an avatar; it is 'size' now\n"))
    let text = String(decoding: try readBytes(project.document), as: UTF8.self)
    #expect(text.contains("\"size\":   [0.25,0.25]"))
    #expect(
      text
        == Project.film.replacingOccurrences(
          of: "\"size\": [0.25, 0.25]", with: "\"size\":   [0.25,0.25]"))
  }

  @Test("--fix tells what it repaired also when more is wrong")
  func partlyFixed() throws {
    let project = try Project()
    try project.edit("\"size\": [0.25, 0.25]", "\"sise\": [0.25, 0.25]")
    try project.edit("\"fps\": 10", "\"fps\": true")
    let outcome = try project.run("validate", "--fix", "--json")
    #expect(outcome.status == 2)
    #expect(try outcome.json["fixed"]?.items.map { $0["code"] } == ["E_UNKNOWN_KEY"])
    #expect(try outcome.codes == ["E_TYPE"])
  }

  @Test("--fix of standard input goes to standard output")
  func fixStandardInput() throws {
    let text = Project.film.replacingOccurrences(of: "\"scenes\"", with: "\"sceness\"")
    let outcome = try ReelnodeProgram.run(["validate", "-", "--fix", "--no-probe"], input: text)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.outputText == Project.film)
  }

  @Test("--fix keeps permissions, and a link stays a link")
  func fixInPlace() throws {
    let project = try Project()
    try project.edit("\"size\": [0.25", "\"sise\": [0.25")
    let link = project.folder.file("link.json")
    let manager = FileManager.default
    try manager.setAttributes([.posixPermissions: 0o600], ofItemAtPath: project.document)
    try manager.createSymbolicLink(atPath: link, withDestinationPath: "film.json")
    let outcome = try ReelnodeProgram.run(["validate", link, "--fix", "--no-probe"])
    #expect(outcome.status == 0)
    #expect(try manager.destinationOfSymbolicLink(atPath: link) == "film.json")
    let mode = try manager.attributesOfItem(atPath: project.document)[.posixPermissions] as? Int
    #expect(mode == 0o600)
  }

  @Test("warnings are errors under --strict and then the status is 3")
  func strict() throws {
    let project = try Project()
    try project.edit("\"host\": {", "\"more\": { \"path\": \"x.mp4\" }, \"host\": {")
    #expect(try project.run("validate").status == 0)
    let outcome = try project.run("validate", "--strict", "--json")
    #expect(outcome.status == 3)
    #expect(
      try outcome.json["diagnostics"]?.items.map { $0["severity"] } == ["error"])
  }
}
