import Foundation
import SceneDocument
import TestSupport
import Testing

@Suite(.serialized) struct CancelTests {
  @Test("a signal ends a render soon and leaves no file", arguments: [SIGINT, SIGTERM])
  func cancel(signal: Int32) throws {
    let project = try Project(Project.long)
    let program = try RunningProgram([
      "render", project.document, "--no-cache", "-o", project.folder.file("film.mp4"),
      "--progress", "json",
    ])
    #expect(program.hasRendered(frames: 10))
    let began = ContinuousClock.now
    program.send(signal)
    let status = program.status()
    let time = ContinuousClock.now - began
    #expect(status == 130)
    // Half a second where nothing else runs; tests beside this one take their time.
    #expect(time < .seconds(20))
    #expect(program.errorText.hasSuffix("cancelled; no film was written\n"))
    #expect(try project.names == ["clips", "film.json"])
  }

  @Test("segments that were finished before a render was cancelled are not rendered again")
  func resumes() throws {
    let project = try Project(Project.long)
    let arguments = [
      "render", project.document, "--cache", project.cache, "-o",
      project.folder.file("film.mp4"), "--progress", "json",
    ]
    let program = try RunningProgram(arguments)
    // A segment is 60 frames long, and two at the most are under way.
    #expect(program.hasRendered(frames: 200))
    program.send(SIGINT)
    #expect(program.status() == 130)
    let plan = try ReelnodeProgram.run([
      "plan", project.document, "--cache", project.cache, "--json",
    ])
    let reused = try plan.json["scenes"]?.items.first?["reused_frames"]?.number ?? 0
    #expect(reused >= 60)
    #expect(try project.names == ["cache", "clips", "film.json"])
  }

  @Test("a file that is changed while it is used makes no film")
  func changedAsset() throws {
    let project = try Project(
      Project.long.replacingOccurrences(of: "\"duration\": 400", with: "\"duration\": 30"))
    let program = try RunningProgram([
      "render", project.document, "--no-cache", "-o", project.folder.file("film.mp4"),
      "--progress", "json",
    ])
    #expect(program.hasSaid("\"state\":\"rendering\""))
    let clip = project.folder.file("clips/host.mp4")
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: clip)
    #expect(program.status() == 1)
    #expect(program.errorText.contains("film.json:7:"))
    #expect(program.errorText.contains("[E_ASSET_CHANGED]"))
    #expect(try project.names == ["clips", "film.json"])
  }

  @Test("a file that goes while it is used is named where the document names it")
  func vanishedAsset() throws {
    let project = try Project(
      Project.long.replacingOccurrences(of: "\"duration\": 400", with: "\"duration\": 30"))
    let program = try RunningProgram([
      "render", project.document, "--no-cache", "-o", project.folder.file("film.mp4"),
      "--progress", "json", "--jobs", "1",
    ])
    #expect(program.hasRendered(frames: 1))
    try FileManager.default.removeItem(atPath: project.folder.file("clips/host.mp4"))
    #expect(program.status() != 0)
    #expect(
      program.errorText.contains("film.json:7:"), "\(program.errorText.suffix(500))")
    #expect(try project.names == ["clips", "film.json"])
  }
}
