import Foundation
import Providers
import SceneDocument
import Storage
import TestSupport
import Testing
import Workflows

@testable import NodeServer
@testable import Pipelines

@Suite struct ProjectRouteTests {
  private static let brief = "# Lighthouses\\n\\nThey stand on rocks and shine at night."

  @Test("a project is made of a text, followed, searched for, cancelled, begun again and deleted")
  func life() async throws {
    let node = try ProductBench.node()
    try await node.serving { client in
      let made = try await client.post(
        "/api/v1/projects",
        #"{"text": "\#(Self.brief)", "name": "sea.md", "avatar": "none", "size": "640x360", "budget_microdollars": 5}"#
      )
      #expect(made.status == 201, "\(made.text)")
      let id = try #require(made.json["id"]?.text)
      #expect(made.header("location") == "/api/v1/projects/\(id)")
      #expect(made.json["state"] == "created")
      #expect(made.json["settings"]?["avatar_provider"] == "none")
      #expect(made.json["document"]?["name"] == "sea.md")
      #expect(made.json["scene_list"] == [])
      let path = "/api/v1/projects/\(id)"
      #expect(try await client.get(path).json["settings"] == made.json["settings"])
      for query in ["", "?q=SEA", "?state=created", "?q=sea&state=created"] {
        let list = try await client.get("/api/v1/projects\(query)").json
        #expect(list["items"].map { "\($0)".contains(id) } == true, "\(query)")
      }
      for query in ["?q=se_", "?q=%25x", "?state=done"] {
        #expect(try await client.get("/api/v1/projects\(query)").json["items"] == [])
      }
      #expect(try await client.get(path + "/scenes").json["items"] == [])
      let assets = try await client.get(path + "/assets").json
      guard case .array(let items)? = assets["items"] else { return #expect(Bool(false)) }
      #expect(items.map { $0["role"] } == ["brief"])
      #expect(try await client.get(path + "/costs").json["items"] == [])
      #expect(try await client.get(path + "/captions.vtt").status == 404)
      #expect(try await client.post(path + "/retry", nil).status == 409)
      let cancelled = try await client.post(path + "/cancel", nil)
      #expect(cancelled.json["state"] == "cancelled")
      #expect(try await client.post(path + "/cancel", "{}").status == 409)
      #expect(try await client.post(path + "/continue", nil).status == 409)
      #expect(try await client.post(path + "/retry", nil).json["state"] == "created")
      let raised = try await client.post(path + "/continue", #"{"budget_microdollars": 7}"#)
      #expect(raised.json["budget_microdollars"] == 7)
      #expect(try await client.ask("DELETE", path).status == 204)
      #expect(try await client.ask("DELETE", path).status == 404)
      #expect(try await client.get(path).status == 404)
      #expect(try await client.post(path + "/cancel", nil).status == 404)
    }
    let left = try FileManager.default.contentsOfDirectory(atPath: node.folder.path + "/uploads")
    #expect(left == [])
  }

  @Test("what cannot be made is refused, and the member that is wrong is named")
  func refusing() async throws {
    try await ProductBench.node().serving { client in
      let cases: [(String, String)] = [
        ("{}", "document_id"), (#"{"document_id": "none"}"#, "document_id"),
        (#"{"text": "x", "document_id": "y"}"#, "document_id"),
        (#"{"text": "x", "size": "1x1"}"#, "size"), (#"{"text": "x", "size": "641x360"}"#, "size"),
        (#"{"text": "x", "rate": 9}"#, "rate"), (#"{"text": "x", "rate": 30.5}"#, "rate"),
        (#"{"text": "x", "scenes": 0}"#, "scenes"), (#"{"text": "x", "seconds": 1e9}"#, "seconds"),
        (#"{"text": "x", "captions": "yes"}"#, "captions"),
        (#"{"text": "x", "voice": ""}"#, "voice"), (#"{"text": "x", "voice": 7}"#, "voice"),
        (#"{"text": "x", "language": "??"}"#, "language"),
        (#"{"text": "x", "output": "/etc/film.mp4"}"#, "output"),
        (#"{"text": "x", "output": "../film.mp4"}"#, "output"),
        (#"{"text": "x", "output": "film.txt"}"#, "output"),
        (#"{"text": "x", "budget_microdollars": -1}"#, "budget_microdollars"),
        (#"{"text": "x", "odd": 1}"#, "odd"), (#"{"document_id": "x", "name": "y"}"#, "name"),
        (#"{"text": "x", "portrait_document_id": "none"}"#, "portrait_document_id"),
        (#"{"text": "x", "voice": "elevenlabs"}"#, "elevenlabs"),
        (#"{"text": "x", "avatar": "nobody"}"#, "nobody"),
        (#"{"text": "x", "background": "sky"}"#, "sky"), (#"{"text": "  "}"#, "words"),
      ]
      for (body, name) in cases {
        let answer = try await client.post("/api/v1/projects", body)
        #expect(answer.status == 422, "\(body): \(answer.text)")
        #expect(answer.text.contains(name), "\(body): \(answer.text)")
      }
      for query in ["state=odd", "limit=0", "cursor=c1", "odd=1", "cursor=c1eHg"] {
        #expect(try await client.get("/api/v1/projects?\(query)").status == 400, "\(query)")
      }
      #expect(try await client.get("/api/v1/projects").json["items"] == [])
    }
  }

  @Test("each cost names its project by id and title, in both lists and live")
  func costs() async throws {
    let node = try ProductBench.node()
    try await node.serving { client in
      let made = try await client.post(
        "/api/v1/projects", #"{"text": "\#(Self.brief)", "avatar": "none"}"#)
      let project = try #require(made.json["id"]?.text)
      try await node.database.write { db in
        try db.execute("UPDATE project SET title = '바다 \"1\"' WHERE id = :id", ["id": project])
        try db.execute(
          """
          INSERT INTO attempt (id, project_id, capability, provider, request_sha256, state, created_ms)
          VALUES ('ATTEMPT1', :project, 'speech', 'espeak', 'x', 'noted', 1000)
          """, ["project": project])
      }
      for path in ["/api/v1/costs", "/api/v1/projects/\(project)/costs"] {
        let list = try await client.get(path).json
        guard case .array(let items)? = list["items"], let cost = items.first else {
          return #expect(Bool(false), "\(path)")
        }
        #expect(cost["project_id"] == .string(project))
        #expect(cost["project_title"] == #"바다 "1""#)
      }
      var source = CostSource(pipeline: node.backend.pipeline)
      let told = try await source.look([.costs])
      #expect(told.count == 1 && told[0].data.contains(#""project_title":"바다 \"1\"""#), "\(told)")
    }
  }

  private struct Worked: WorkflowEvent {
    static let name = "test/worked"
    var project: String
  }

  @Test("a run of a project is not retried by itself")
  func runOfProject() async throws {
    let function = WorkflowFunction<Worked, String>("worker", on: Worked.self) { _, _ in "" }
    let node = try ProductBench.node(functions: [function])
    try await node.serving { client in
      let body = #"{"text": "Words.", "avatar": "none"}"#
      let made = try await client.post("/api/v1/projects", body)
      let project = try #require(made.json["id"]?.text)
      for (subject, status) in [(project, 409), ("film-of-nobody", 200)] {
        try await node.engine.send(Worked(project: subject))
        let filter = RunFilter(functionID: "worker", limit: 1)
        let run = try #require(try await node.engine.overviews(filter).first).run.id
        try await #require(node.engine.cancel(run: run))
        let answer = try await client.post("/api/v1/runs/\(run)/retry", nil)
        #expect(answer.status == status, "\(answer.text)")
        #expect(answer.text.contains("of project '\(project)'") == (status == 409))
      }
    }
  }

  @Test("pages go on where they ended, also when projects come meanwhile")
  func pages() async throws {
    let node = try ProductBench.node()
    try await node.serving { client in
      for number in 0..<3 {
        let body = #"{"text": "Words \#(number) are here.", "avatar": "none"}"#
        #expect(try await client.post("/api/v1/projects", body).status == 201)
      }
      let first = try await client.get("/api/v1/projects?limit=2").json
      let cursor = try #require(first["next_cursor"]?.text)
      let later = #"{"text": "Later.", "avatar": "none"}"#
      let made = try await client.post("/api/v1/projects", later)
      let again = try await client.post("/api/v1/projects", later)
      #expect(made.status == 201 && again.status == 200)
      #expect(made.json["id"] == again.json["id"])
      #expect(again.header("location") == made.header("location"))
      let second = try await client.get("/api/v1/projects?limit=2&cursor=\(cursor)").json
      guard case .array(let one)? = first["items"], case .array(let two)? = second["items"] else {
        return #expect(Bool(false))
      }
      #expect(one.count == 2 && two.count == 1)
      #expect(Set((one + two).compactMap { $0["id"]?.text }).count == 3)
      #expect(second["next_cursor"] == .null)
    }
  }

  @Test("an estimate says what a film would be, or what is in its way")
  func estimate() async throws {
    try await ProductBench.node().serving { client in
      let good = try await client.post(
        "/api/v1/projects/estimate", #"{"text": "\#(Self.brief)", "avatar": "none"}"#)
      #expect(good.status == 200, "\(good.text)")
      #expect(good.json["microdollars"] == 0)
      #expect(good.json["problems"] == [])
      #expect(good.json["scenes"] != [])
      let bad = try await client.post(
        "/api/v1/projects/estimate", #"{"text": "\#(Self.brief)", "voice": "elevenlabs"}"#)
      #expect(bad.status == 200)
      #expect(bad.text.contains("elevenlabs.api-key"))
      #expect(bad.json["seconds"] == .null)
    }
  }

  @Test("a form is offered what is there, and told what is missing for the rest")
  func choices() async throws {
    let answer = try await ProductBench.node().serving { client in
      try await client.get("/api/v1/choices")
    }
    let json = answer.json
    guard case .array(let voices)? = json["voices"], case .array(let avatars)? = json["avatars"]
    else { return #expect(Bool(false)) }
    let eleven = try #require(voices.first { $0["id"] == "elevenlabs" })
    #expect(eleven["available"] == false)
    #expect(eleven["missing"]?.text?.contains("elevenlabs.api-key") == true)
    #expect(voices.first { $0["id"] == "espeak" }?["default"] == true)
    #expect(avatars.contains { $0["id"] == "drawn:mina" })
    #expect(avatars.contains { $0["id"] == "none" })
  }

  @Test("a scene shows its parts, its picture while it grows, and is made again where it failed")
  func scene() async throws {
    let node = try ProductBench.node()
    try await node.serving { client in
      let made = try await client.post(
        "/api/v1/projects", #"{"text": "Words.", "avatar": "none", "size": "320x180"}"#)
      let project = try #require(made.json["id"]?.text)
      try await node.database.write { db in
        try ProductBench.insertScene(db, project)
      }
      let scene = try await client.get("/api/v1/scenes/SCENE1")
      #expect(scene.json["title"] == "One")
      #expect(scene.json["thumbnail_url"] == .null)
      #expect(try await client.get("/api/v1/scenes/SCENE1/thumbnail").status == 404)
      #expect(try await client.post("/api/v1/scenes/SCENE1/retry", nil).status == 409)
      let picture = try await node.backend.assets.put(
        Data(try readBytes(ClipForge.still("still.png", size: "320x180"))))
      try await node.database.write { db in
        try ProjectAsset(
          .background, scene: "SCENE1", sha256: picture, mediaType: "image/png", bytes: 1,
          provider: "test"
        ).insert(db, project: project, now: 2_000)
      }
      let url = try #require(
        try await client.get("/api/v1/scenes/SCENE1").json["thumbnail_url"]?.text)
      let thumbnail = try await client.get(url)
      #expect(thumbnail.status == 200, "\(thumbnail.text)")
      #expect(thumbnail.header("content-type") == "image/jpeg")
      #expect(thumbnail.body.starts(with: [0xFF, 0xD8]))
      #expect(try await client.get(url).body == thumbnail.body)
      let parts = ["speech", "avatar", "background", "captions", "render"]
      func told(_ scene: JSONValue?) -> [String] { parts.compactMap { scene?[$0]?.text } }
      func listed(_ list: JSONValue?) -> JSONValue? {
        if case .array(let scenes)? = list, scenes.count == 1 { scenes[0] } else { nil }
      }
      let path = "/api/v1/projects/\(project)"
      var source = ProjectSource(pipeline: node.backend.pipeline)
      _ = try await source.look([.project(project)])
      let pending = Array(repeating: "pending", count: 5)
      #expect(told(try await client.get("/api/v1/scenes/SCENE1").json) == pending)
      let cancelled = try await client.post(path + "/cancel", nil).json
      let none = Array(repeating: "cancelled", count: 5)
      #expect(told(listed(cancelled["scene_list"])) == none)
      #expect(told(try await client.get("/api/v1/scenes/SCENE1").json) == none)
      #expect(told(listed(try await client.get(path + "/scenes").json["items"])) == none)
      let messages = try await source.look([.project(project)]).filter { $0.event == "scene" }
      #expect(messages.count == 1 && messages[0].data.contains("\"render\":\"cancelled\""))
      let again = try await client.post("/api/v1/scenes/SCENE1/retry", nil)
      #expect(again.status == 200 && told(again.json) == pending, "\(again.text)")
      #expect(try await client.get("/api/v1/projects/\(project)").json["state"] == "created")
      #expect(try await client.get("/api/v1/scenes/none").status == 404)
    }
  }

  @Test(
    "a scene with a file that cannot be read has no picture, and it is told which",
    arguments: [ProjectAsset.Role.speech, .avatar, .background])
  func unreadable(_ role: ProjectAsset.Role) async throws {
    let node = try ProductBench.node()
    try await node.serving { client in
      let made = try await client.post(
        "/api/v1/projects", #"{"text": "Words.", "size": "320x180"}"#)
      let project = try #require(made.json["id"]?.text)
      let picture = try await node.backend.assets.put(
        Data(try readBytes(ClipForge.still("still.png", size: "320x180"))))
      let sound = try await node.backend.assets.put(Data(try readBytes(ClipForge.plain())))
      let broken = try await node.backend.assets.put(Data("no media at all".utf8))
      try await node.database.write { db in
        try ProductBench.insertScene(db, project)
        for (own, good, type) in [
          (ProjectAsset.Role.background, picture, "image/png"), (.speech, sound, "video/mp4"),
          (.avatar, sound, "video/mp4"),
        ] {
          try ProjectAsset(
            own, scene: "SCENE1", sha256: own == role ? broken : good, mediaType: type, bytes: 1,
            provider: "test"
          ).insert(db, project: project, now: 2_000)
        }
      }
      let answer = try await client.get("/api/v1/scenes/SCENE1/thumbnail")
      #expect(answer.status == 422, "\(answer.text)")
      #expect(answer.json["type"] == "/openapi.json#/x-problems/render-failed")
      #expect(answer.text.contains(role.rawValue), "\(answer.text)")
      #expect(!answer.text.contains(node.folder.path))
    }
  }
}
