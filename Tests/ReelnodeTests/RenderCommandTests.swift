import Foundation
import SceneDocument
import TestSupport
import Testing

@Suite struct RenderCommandTests {
  @Test("a document becomes a film and its result document")
  func film() throws {
    let project = try Project()
    let outcome = try project.render("film.mp4", "--json")
    #expect(outcome.status == 0, "\(outcome.errorText)")
    let result = try outcome.json
    #expect(result["spec"] == "result/1")
    #expect(result["state"] == "done")
    #expect(result["outputs"]?.items.first?["frames"] == 30)
    #expect(result["scenes"]?.items.map { $0["id"] } == ["one", "two"])
    #expect(project.exists("film.mp4"))
    let written = try JSONDecoder().decode(
      JSONValue.self, from: Data(try readBytes(project.folder.file("film.mp4.result.json"))))
    #expect(written["outputs"]?.items.first?["sha256"] == result["outputs"]?.items.first?["sha256"])
    #expect(outcome.errorText.contains("film.mp4: 3.0 s, 30 frames, 96×64"))
  }

  @Test("without -o the film gets the document's name and lies in the current folder")
  func defaultOutput() throws {
    let project = try Project()
    let outcome = try Tool.run(
      "sh",
      [
        "-c", "cd \"$1\" && exec \"$0\" render film.json --no-cache", ReelnodeProgram.path,
        project.folder.path,
      ])
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(outcome.errorText.contains("\nfilm.mp4: "))
    // Nothing else is left there.
    #expect(
      try project.names == ["clips", "film.json", "film.mp4", "film.mp4.result.json"])
  }

  @Test("-o with a folder puts the film into it")
  func outputFolder() throws {
    let project = try Project()
    let outcome = try project.render("clips")
    #expect(outcome.status == 0)
    #expect(project.exists("clips/film.mp4"))
  }

  @Test(
    "a part of the film",
    arguments: [
      (["--scene", "two"], 10), (["--range", "0.5..1.5"], 10), (["--range", "3f..12f"], 9),
      (["--range", "2.5.."], 5), (["--scene", "one", "--range", "..4f"], 4),
    ])
  func part(arguments: [String], frames: Int) throws {
    let project = try Project()
    let outcome = try ReelnodeProgram.run(
      ["render", project.document, "--cache", project.cache, "-o", project.folder.path, "--json"]
        + arguments)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(try outcome.json["outputs"]?.items.first?["frames"] == .integer(frames))
    // The whole film's name stays free.
    #expect(!project.exists("film.mp4"))
  }

  @Test("the document is read from standard input, assets from the folder named")
  func standardInput() throws {
    let project = try Project()
    let outcome = try ReelnodeProgram.run(
      [
        "render", "-", "--assets", project.folder.path, "--no-cache", "-o",
        project.folder.file("out.mp4"),
      ], input: Project.film)
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(project.exists("out.mp4"))
  }

  @Test("a payload of the cloud function is recognised by its shape")
  func payload() throws {
    let project = try Project(
      """
      {"projectId": "p1", "scenes": [{"sceneId": "a", "avatarUrl": "clips/host.mp4",
       "backgroundUrl": "clips/bg.mp4", "duration": 1}]}
      """)
    let outcome = try project.render("film.mp4", "--json", "--preset", "draft")
    #expect(outcome.status == 0, "\(outcome.errorText)")
    #expect(try outcome.json["job"] == "p1")
  }

  @Test("the same bytes with one job, with two, and without a cache")
  func sameBytes() throws {
    let project = try Project()
    let outcomes = [
      try project.render("a.mp4", "--jobs", "1", "--json"),
      try ReelnodeProgram.run([
        "render", project.document, "--no-cache", "--jobs", "2", "-o",
        project.folder.file("b.mp4"), "--json",
      ]),
    ]
    let hashes = try outcomes.map { try $0.json["outputs"]?.items.first?["sha256"] }
    #expect(hashes[0] != nil)
    #expect(hashes[0] == hashes[1])
  }

  @Test("progress as JSON lines on standard error never goes back and ends at the whole")
  func progressJSON() throws {
    let outcome = try Project().render("film.mp4", "--progress", "json")
    let lines = try outcome.errorText.split(separator: "\n").filter { $0.hasPrefix("{") }.map {
      try JSONDecoder().decode(JSONValue.self, from: Data($0.utf8))
    }
    let done = lines.compactMap { $0["frames_done"]?.number }
    #expect(done == done.sorted())
    #expect(done.last == 30)
    #expect(lines.last?["state"] == "done")
  }

  @Test("a finished scene is taken from the cache the next time")
  func cache() throws {
    let project = try Project()
    _ = try project.render()
    try project.edit("#336699", "#993366")
    let scenes = try project.render("film.mp4", "--json").json["scenes"]?.items ?? []
    #expect(scenes.map { $0["reused"] } == [true, false])
  }
}
