import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@Suite struct PreviewCommandTests {
  private func picture(_ path: String) throws -> (width: Int, height: Int) {
    let stream = try #require(try Demuxer(path: path).firstStream(.video))
    return (stream.width, stream.height)
  }

  @Test("a frame as PNG or JPEG", arguments: [("2.5", "frame.png"), ("25f", "frame.jpg")])
  func frame(time: String, name: String) throws {
    let project = try Project()
    let path = project.folder.file(name)
    let outcome = try project.run("preview", "--at", time, "-o", path, "--json")
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(try outcome.json["pictures"]?.items[0]["frames"]?.items.map(\.number) == [25])
    #expect(try picture(path) == (96, 64))
  }

  @Test("a contact sheet has five frames of every scene")
  func sheet() throws {
    let project = try Project()
    let path = project.folder.file("sheet.png")
    let outcome = try project.run("preview", "--sheet", path, "--json")
    #expect(outcome.status == 0, "\(outcome.errorText)")
    let frames = try outcome.json["pictures"]?.items[0]["frames"]?.items.compactMap(\.number)
    #expect(frames == [0, 4, 9, 14, 19, 20, 22, 24, 26, 29])
    let (width, height) = try picture(path)
    #expect(width == 5 * 328 + 8)
    #expect(height > 2 * 212)
  }

  @Test("the sound as a picture, also when there is none")
  func wave() throws {
    let project = try Project()
    let path = project.folder.file("wave.png")
    let outcome = try project.run("preview", "--wave", path, "--json")
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(try picture(path).width == 1632)
  }

  @Test("a document that is not there is told before anything listens")
  func noDocument() throws {
    let outcome = try ReelnodeProgram.run(["preview", "/nowhere/film.json", "--no-open"])
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("there is no such file"))
    let input = try ReelnodeProgram.run(["preview", "-", "--no-open"], input: Project.film)
    #expect(input.status == 2)
    #expect(input.errorText.contains("the page follows a file"))
  }

  @Test(
    "what cannot be shown is told, and nothing is written",
    arguments: [
      (["--at", "3"], "the film has no frame 30"), (["--port", "99999"], "from 0 to 65535"),
      (["--at", "0", "--no-open"], "are for the page"), (["--wave", "a.jpg"], "ends in .png"),
      (["--json", "--no-open"], "no JSON value"),
      (["--at", "soon"], "'soon' is no time"), (["--at", "1", "-o", "a.gif"], ".png or .jpg"),
      (["--sheet", "a.jpg"], "ends in .png"), (["--sheet", "a.png", "-o", "b.png"], "give both"),
    ] as [([String], String)])
  func mistakes(options: [String], words: String) throws {
    let project = try Project()
    let outcome = try ReelnodeProgram.run(
      ["preview", project.document, "--cache", project.cache] + options)
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains(words), "\(outcome.errorText)")
  }

  @Test("a picture does not take the place of what is shown")
  func input() throws {
    let project = try Project(Project.film.replacing("clips/bg.mp4", with: "clips/bg.png"))
    let still = try ClipForge.still("bg.png")
    try project.folder.copy(still, to: "clips/bg.png")
    let path = project.folder.file("clips/bg.png")
    let before = try readBytes(path)
    let outcome = try project.run("preview", "--at", "0", "-o", path)
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains("it is the file of asset 'bg'"))
    #expect(try readBytes(path) == before)
  }
}
