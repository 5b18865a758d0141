import Foundation
import SceneDocument
import TestSupport
import Testing

@Suite struct RenderRefusalTests {
  @Test(
    "the film does not take the place of what it is made of",
    arguments: ["film.json", "clips/bg.mp4", "clips/../clips/host.mp4"])
  func ownFiles(name: String) throws {
    let project = try Project()
    let before = try readBytes(project.folder.file(name))
    let outcome = try project.render(name)
    #expect(outcome.status == 2)
    #expect(try readBytes(project.folder.file(name)) == before)
  }

  @Test("the film does not take the place of a device", arguments: ["/dev/null", "-"])
  func device(path: String) throws {
    let project = try Project()
    let outcome = try ReelnodeProgram.run([
      "render", project.document, "--no-cache", "-o", path,
    ])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("→"))
  }

  @Test("a file named as another container is refused with what to do")
  func otherContainer() throws {
    let outcome = try Project().render("film.webm")
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("the document makes mp4, not webm [E_RANGE]\n"))
  }

  @Test("a folder that is missing or cannot be written", arguments: ["/nowhere", "/proc/self"])
  func unwritable(folder: String) throws {
    let project = try Project()
    let outcome = try ReelnodeProgram.run([
      "render", project.document, "--cache", project.cache, "-o", folder + "/film.mp4", "--json",
    ])
    #expect(outcome.status == 1)
    #expect(try outcome.codes == ["E_IO"])
    #expect(outcome.errorText.contains("reelnode: error: cannot write the film"))
  }

  @Test("an older film stays when the new one fails")
  func olderFilm() throws {
    let project = try Project()
    try project.folder.write("older", to: "film.mp4")
    try project.edit("clips/host.mp4", "clips/nobody.mp4")
    #expect(try project.render().status == 2)
    #expect(try readBytes(project.folder.file("film.mp4")) == Array("older".utf8))
  }

  @Test("an older film is replaced by a finished one")
  func replaced() throws {
    let project = try Project()
    try project.folder.write("older", to: "film.mp4")
    #expect(try project.render().status == 0)
    #expect(try readBytes(project.folder.file("film.mp4")).count > 500)
  }

  @Test("a link in the film's place stays a link")
  func link() throws {
    let project = try Project()
    try project.folder.write("older", to: "real/film.mp4")
    try FileManager.default.createSymbolicLink(
      atPath: project.folder.file("film.mp4"), withDestinationPath: "real/film.mp4")
    #expect(try project.render().status == 0)
    #expect(try readBytes(project.folder.file("real/film.mp4")).count > 500)
    #expect(
      try FileManager.default.destinationOfSymbolicLink(
        atPath: project.folder.file("film.mp4")) == "real/film.mp4")
  }

  @Test(
    "a part that is not there",
    arguments: [["--scene", "three"], ["--range", "7..9"], ["--range", "2..1"]])
  func noSuchPart(arguments: [String]) throws {
    let project = try Project()
    let outcome = try ReelnodeProgram.run(
      ["render", project.document, "--no-cache", "-o", project.folder.file("x.mp4")] + arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("cannot make"))
    #expect(!project.exists("x.mp4"))
  }

  @Test("a warning gives 3 under --strict and 0 without")
  func strict() throws {
    let project = try Project()
    try project.edit("\"host\": {", "\"more\": { \"path\": \"x.mp4\" }, \"host\": {")
    #expect(try project.render().status == 0)
    let outcome = try project.render("film.mp4", "--strict", "--json")
    #expect(outcome.status == 3)
    #expect(try outcome.json["state"] == "done_with_warnings")
    #expect(outcome.errorText.contains("[W_ASSET_UNUSED]"))
  }

  @Test(
    "what is written beside the film does not take the place of what it is made of",
    arguments: [("bg.poster.jpg", "bg.mp4"), ("film.mp4.result.json", "film.mp4")])
  func besideTheFilm(input: String, film: String) throws {
    let project = try Project(
      Project.film.replacing("clips/bg.mp4", with: input)
        .replacing(#""fps": 10"#, with: #""fps": 10, "poster": {"at": 0}"#))
    try project.folder.copy(project.folder.file("clips/bg.mp4"), to: input)
    let before = try readBytes(project.folder.file(input))
    let outcome = try project.render(film)
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("'\(input)', which is written beside it, is the file of"))
    #expect(try readBytes(project.folder.file(input)) == before)
    #expect(!project.exists(film))
  }

  @Test("a folder in the result document's place is found before anything is made")
  func resultIsFolder() throws {
    let project = try Project()
    try project.folder.write("older", to: "film.mp4")
    try FileManager.default.createDirectory(
      atPath: project.folder.file("film.mp4.result.json"), withIntermediateDirectories: true)
    #expect(try project.render().status == 1)
    #expect(try readBytes(project.folder.file("film.mp4")) == Array("older".utf8))
  }

  @Test("an empty name after -o is a mistake, not the root of all files")
  func emptyName() throws {
    let project = try Project()
    let outcome = try ReelnodeProgram.run(["render", project.document, "--no-cache", "-o", ""])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("the name after -o is empty"))
  }

  @Test("names as long as the system allows are films, longer ones are told as such")
  func longNames() throws {
    let project = try Project()
    // The result document's name is 12 bytes longer than the film's.
    #expect(try project.render(String(repeating: "a", count: 239) + ".mp4").status == 0)
    let outcome = try project.render(String(repeating: "a", count: 240) + ".mp4")
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("File name too long"))
  }

  @Test("a cache that is a file is told as such")
  func cacheIsFile() throws {
    let project = try Project()
    let outcome = try ReelnodeProgram.run([
      "render", project.document, "--cache", project.document, "-o", project.folder.file("a.mp4"),
    ])
    #expect(outcome.status == 1)
    #expect(outcome.errorText.contains("Not a directory"))
  }
}
