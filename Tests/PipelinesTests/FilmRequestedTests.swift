import Foundation
import Storage
import TestSupport
import Testing

@testable import Pipelines
@testable import Workflows

@Suite struct FilmRequestedTests {
  @Test(
    "numbers of which there is no film end the request at once, and name the property",
    arguments: [
      (#""width": 0"#, "width"), (#""width": 321"#, "even"), (#""height": -180"#, "height"),
      (#""height": 5000"#, "16 to 4096"), (#""width": 9223372036854775807"#, "width"),
      (#""width": 320.5"#, "width"), (#""rate": 0"#, "10 to 60"),
      (#""rate": 1000000"#, "rate"), (#""maximumScenes": 0"#, "1 to 100"),
      (#""maximumScenes": 99999999999999999999"#, "maximumScenes"),
      (#""targetSeconds": -1"#, "3 to 3600"), (#""targetSeconds": 1e308"#, "targetSeconds"),
      (#""sceneLimit": 0"#, "1 to 64"), (#""sceneLimit": 100000"#, "sceneLimit"),
      (#""ratePauseMS": -1"#, "ratePauseMS"),
      (#""ratePauseMS": 9223372036854775807"#, "ratePauseMS"),
      (#""budgetDollars": 1e300"#, "budgetDollars"), (#""budgetDollars": -0.01"#, "budgetDollars"),
      (#""output": "/tmp/a\u0000b.mp4""#, "no path has"),
    ])
  func ranges(_ property: String, _ words: String) async throws {
    let bench = try await PipelineBench()
    let brief = try bench.folder.write("A brief.", to: "brief.txt")
    try await bench.node.engine.send([
      OutgoingEvent(named: FilmRequested.name, data: #"{"brief": "\#(brief)", \#(property)}"#)
    ])
    try await bench.node.finish()
    let run = try #require(try await bench.node.runs().first)
    #expect(run.state == .failed)
    let message = try #require(run.error?.message)
    #expect(message.contains(words), "\(message)")
    #expect(try await bench.pipeline.projects().isEmpty)
  }

  private func request(_ brief: String, _ output: String?) -> String {
    let property = output.map { #", "output": "\#($0)""# } ?? ""
    return
      #"{"brief": "\#(brief)"\#(property), "scriptProvider": "fake-script", "speechProvider": "fake-voice", "avatarProvider": "none", "backgroundProvider": "fake-background"}"#
  }

  /// Asks for a film, and gives why there is none.
  private func refusal(_ bench: PipelineBench, _ brief: String, _ output: String? = nil)
    async throws -> String
  {
    try await bench.node.engine.send([
      OutgoingEvent(named: FilmRequested.name, data: request(brief, output))
    ])
    try await bench.node.finish()
    let run = try #require(try await bench.node.runs().last { $0.functionID == "project-starter" })
    #expect(try await bench.pipeline.projects().isEmpty)
    return run.error?.message ?? "\(run.state)"
  }

  @Test("an event names files of the node's own folders alone, also through links")
  func places() async throws {
    let folder = try TempFolder()
    for name in ["briefs", "films"] {
      try FileManager.default.createDirectory(
        atPath: folder.file(name), withIntermediateDirectories: false)
    }
    let secret = try folder.write("A secret.", to: "secret.txt")
    let own = try folder.write("A brief.", to: "briefs/brief.txt")
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("briefs/link.txt"), withDestinationPath: secret)
    try FileManager.default.createSymbolicLink(
      atPath: folder.file("films/out"), withDestinationPath: folder.path)
    let bench = try await PipelineBench { _, studio in
      studio.places = FilePlaces(briefs: folder.file("briefs"), films: folder.file("films"))
    }
    let outside = "does not lie in a folder"
    for brief in [secret, folder.file("briefs/../secret.txt"), folder.file("briefs/link.txt"), "/"]
    {
      let words = try await refusal(bench, brief)
      #expect(words.contains(outside), "\(brief): \(words)")
    }
    for output in ["secret.txt", "films/../film.mp4", "films/out/film.mp4", "films/film.txt"] {
      let words = try await refusal(bench, own, folder.file(output))
      #expect(words.contains("name an .mp4 file in"), "\(output): \(words)")
    }
    #expect(try String(contentsOfFile: secret, encoding: .utf8) == "A secret.")
    #expect(!FileManager.default.fileExists(atPath: folder.file("film.mp4")))
    try await bench.node.engine.send([
      OutgoingEvent(
        named: FilmRequested.name, data: request(own, folder.file("films/new/film.mp4")))
    ])
    try await bench.node.settle()
    #expect(try await bench.pipeline.projects().count == 1)
    #expect(FileManager.default.fileExists(atPath: folder.file("films/new")))
    let none = try await PipelineBench { _, studio in
      studio.places = FilePlaces(briefs: nil, films: nil)
    }
    #expect(try await refusal(none, own).contains(outside))
  }

  @Test("a brief that is no file, or a file without end, is not waited for")
  func pipes() async throws {
    let bench = try await PipelineBench()
    let pipe = bench.folder.file("pipe")
    #expect(try Tool.run("mkfifo", [pipe]).status == 0)
    let large = try bench.folder.write("", to: "large.txt")
    try FileHandle(forWritingTo: URL(fileURLWithPath: large)).truncate(atOffset: 101 << 20)
    for (brief, words) in [
      (pipe, "cannot be read"), ("/dev/zero", "cannot be read"), (large, "are allowed"),
    ] {
      #expect(try await refusal(bench, brief).contains(words), "\(brief)")
    }
  }

  @Test("a small film within the ranges is begun")
  func begun() async throws {
    let bench = try await PipelineBench()
    let brief = try bench.folder.write("A brief.", to: "brief.txt")
    try await bench.node.engine.send([
      OutgoingEvent(
        named: FilmRequested.name,
        data:
          #"{"brief": "\#(brief)", "scriptProvider": "fake-script", "speechProvider": "fake-voice", "avatarProvider": "none", "backgroundProvider": "fake-background", "width": 160, "height": 90, "rate": 10, "budgetDollars": 1000000}"#
      )
    ])
    try await bench.node.settle()
    let project = try #require(try await bench.pipeline.projects().first).project
    #expect(project.settings.width == 160)
    #expect(project.budgetMicrodollars == 1_000_000_000_000)
  }
}
