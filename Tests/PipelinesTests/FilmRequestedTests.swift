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
