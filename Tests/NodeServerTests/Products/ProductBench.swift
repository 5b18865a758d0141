import Foundation
import Jobs
import Providers
import SceneDocument
import Storage
import TestSupport
import Testing
import Workflows

@testable import NodeServer
@testable import Pipelines

/// A node that has providers of its own, and folders for documents and films.
enum ProductBench {
  static func node(
    functions: [any RegistrableFunction] = [], isCuttable: Bool = false,
    _ change: (inout ProductSettings) -> Void = { _ in }
  ) throws -> TestNode {
    try TestNode(
      functions: functions, isCuttable: isCuttable,
      products: { backend in
        var studio = backend.pipeline.studio
        studio.shelf.scripts["rule"] = RuleScriptWriter()
        studio.shelf.speech["espeak"] = StillVoice()
        studio.shelf.avatars["drawn"] = DrawnAvatarMaker()
        studio.shelf.backgrounds["drawn"] = DrawnBackgroundMaker()
        studio.shelf.missing["elevenlabs"] = "the setting 'elevenlabs.api-key' is missing"
        studio.readBrief = { path in
          let brief = try await BriefReader().read(path)
          return BriefReading(mediaType: brief.mediaType, document: brief.document)
        }
        backend.pipeline = VideoPipeline(studio)
        for name in ["documents", "films", "reports"] {
          try FileManager.default.createDirectory(
            atPath: backend.folder + "/" + name, withIntermediateDirectories: true)
        }
        backend.products.documentRoot = backend.folder + "/documents"
        backend.products.outputFolder = backend.folder + "/films"
        backend.goldenReports = backend.folder + "/reports"
        change(&backend.products)
      })
  }

  /// A project whose film is in the queue, without anything of it being made. Gives the project's id.
  static func projectWithFilm(_ node: TestNode, _ client: TestClient) async throws -> String {
    let made = try await client.post("/api/v1/projects", #"{"text": "Words.", "avatar": "none"}"#)
    let project = try #require(made.json["id"]?.text)
    #expect(made.json["warnings"] == [])
    let studio = node.backend.pipeline.studio
    try await node.database.write { db in try studio.openFilm(db, project) }
    return project
  }

  /// A scene as a script asks for it, of which nothing is made.
  static func insertScene(_ db: any Connection, _ project: String) throws {
    try SceneRecord.insert(
      db, id: "SCENE1", project: project, position: 0,
      script: .init(
        title: "One", narration: "Words.", visual: "words", keywords: [], language: "en"),
      now: 1_000)
  }

  /// Two seconds of one colour.
  static let document =
    ##"{"spec":"scene/1","id":"plain","output":{"size":[320,180],"fps":25},"scenes":[{"id":"a","background":"#204060","duration":2}]}"##

  static func form(_ content: String, name: String = "brief.md", boundary: String = "b0undary")
    -> String
  {
    "--\(boundary)\r\nContent-Disposition: form-data; name=\"file\"; filename=\"\(name)\"\r\n"
      + "Content-Type: application/octet-stream\r\n\r\n\(content)\r\n--\(boundary)--\r\n"
  }
}

/// Says nothing, for nothing.
struct StillVoice: SpeechSynthesizer {
  let provider = "espeak"
  func estimate(_ request: SpeechRequest) -> Cost { .free }
  func speak(_ request: SpeechRequest, _ call: ProviderCall) async throws -> Made<Speech> {
    Made(Speech(path: "", duration: 1, words: []), cost: .free, requestID: nil)
  }
  func recover(_ request: SpeechRequest, _ call: ProviderCall) async throws
    -> Recovery<Made<Speech>>
  { .notStarted }
}
