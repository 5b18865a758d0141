import Foundation
import Jobs
import Rendering
import SceneDocument
import Storage
import TestSupport
import Testing

@testable import NodeServer
@testable import Pipelines

@Suite struct RenderRouteTests {
  private static var body: String { #"{"document": \#(ProductBench.document)}"# }

  @Test("a document's film is queued, shown, held and cancelled; the same key queues it once")
  func life() async throws {
    let node = try ProductBench.node()
    try await node.serving { client in
      let key = [("Idempotency-Key", "render-1")]
      let made = try await client.post("/api/v1/render-jobs", Self.body, key)
      #expect(made.status == 201, "\(made.text)")
      let again = try await client.post("/api/v1/render-jobs", Self.body, key)
      #expect(again.body == made.body)
      let id = try #require(made.json["id"]?.text)
      let path = "/api/v1/render-jobs/\(id)"
      #expect(made.json["kind"] == "film")
      #expect(made.json["part_list"] != [])
      #expect(made.json["project_id"] == .null && made.json["scene_id"] == .null)
      let films = try await client.get("/api/v1/render-jobs?kind=film").json
      guard case .array(let items)? = films["items"] else { return #expect(Bool(false)) }
      #expect(items.map { $0["id"] } == [.string(id)])
      #expect(try await client.post(path + "/pause", nil).json["paused"] == true)
      #expect(try await client.post(path + "/resume", nil).json["paused"] == false)
      #expect(try await client.post(path + "/retry", nil).status == 409)
      #expect(try await client.post(path + "/cancel", nil).json["state"] == "cancelled")
      #expect(try await client.post(path + "/cancel", nil).status == 409)
      #expect(try await client.post(path + "/retry", nil).json["state"] == "blocked")
      #expect(try await client.get("/api/v1/films").json["items"] == [])
      #expect(try await client.get("/api/v1/films/\(id)").status == 404)
      #expect(try await client.get("/api/v1/films/\(id)/content").status == 404)
      for query in ["state=odd", "kind=odd", "odd=1"] {
        #expect(try await client.get("/api/v1/render-jobs?\(query)").status == 400)
      }
      #expect(try await client.get("/api/v1/render-jobs/none").status == 404)
    }
  }

  @Test("a job says which project it was queued for, in lists, by itself and live")
  func projects() async throws {
    let node = try ProductBench.node()
    try await node.serving { client in
      let project = try await ProductBench.projectWithFilm(node, client)
      let own = try await client.post("/api/v1/render-jobs", Self.body)
      #expect(own.status == 201, "\(own.text)")
      guard case .array(let jobs)? = try await client.get("/api/v1/render-jobs").json["items"]
      else { return #expect(Bool(false)) }
      // The project's film, and the document's with its parts.
      #expect(jobs.count > 2)
      #expect(jobs.count { $0["project_id"] == .string(project) } == 1)
      #expect(jobs.count { $0["project_id"] == .null } == jobs.count - 1)
      let job = try #require(jobs.first { $0["project_id"] == .string(project) })
      let path = "/api/v1/render-jobs/\(job["id"]?.text ?? "")"
      #expect(try await client.get(path).json["project_id"] == .string(project))
      var source = JobSource(
        queue: node.backend.queue, pipeline: node.backend.pipeline, clock: SystemClock())
      let told = try await source.look([.queue]).filter { $0.event == "job" }
      #expect(told.count == jobs.count)
      #expect(told.count { $0.data.contains("\"project_id\":\"\(project)\"") } == 1)
      // A steered job says so too.
      #expect(try await client.post(path + "/pause", nil).json["project_id"] == .string(project))
      // A project that has ended is begun again as a whole.
      _ = try await client.post("/api/v1/projects/\(project)/cancel", nil)
      _ = try await client.post(path + "/cancel", nil)
      let refused = try await client.post(path + "/retry", nil)
      #expect(refused.status == 409 && refused.text.contains("retry the project"))
    }
  }

  @Test("what a render had to say of its film is told with the film, its job and its project")
  func warnings() async throws {
    let node = try ProductBench.node()
    try await node.serving { client in
      let project = try await ProductBench.projectWithFilm(node, client)
      let path = "/api/v1/projects/\(project)"
      let job = try #require(try await client.get(path).json["film_job_id"]?.text)
      #expect(try await client.get(path).json["warnings"] == [])
      #expect(try await client.get("/api/v1/render-jobs/\(job)").json["warnings"] == [])
      let found = Diagnostic(
        .lowContrast, at: "/scenes/0", scene: "s01", "the title is hard to read")
      let document: JSONValue = ["spec": "result/1", "warnings": [found.json]]
      let result: JSONValue = [
        "films": [
          ["variant": "main", "sha256": "abc", "bytes": 4, "frames": 1, "stored": [:]]
        ], "document": .string(document.compactText),
      ]
      try await node.database.write { db in
        try db.execute(
          """
          UPDATE render_job SET state = 'done_with_warnings', is_open = 0, result = :result, ended_ms = 9
          WHERE id = :job
          """, ["job": job, "result": result.compactText])
      }
      // As a client reads it, which is by keys.
      let told = try JSONDecoder().decode(
        JSONValue.self, from: Data(JSONValue.array([found.json]).compactText.utf8))
      #expect(try await client.get(path).json["warnings"] == told)
      #expect(try await client.get("/api/v1/films/\(job)").json["warnings"] == told)
      #expect(try await client.get("/api/v1/render-jobs/\(job)").json["warnings"] == told)
      let films = try await client.get("/api/v1/films").json["items"]
      guard case .array(let items)? = films else { return #expect(Bool(false)) }
      #expect(items.map { $0["warnings"] } == [told])
    }
  }

  @Test("a document with errors is told all of them, with their places where its text was sent")
  func diagnostics() async throws {
    try await ProductBench.node().serving { client in
      let text =
        ##"{\"spec\":\"scene/1\",\"id\":\"x\",\n\"scenes\":[{\"id\":\"a\",\"backgrund\":\"#000\",\"duration\":-1}]}"##
      let answer = try await client.post("/api/v1/render-jobs", "{\"document\": \"\(text)\"}")
      #expect(answer.status == 422)
      #expect(answer.json["type"] == "/openapi.json#/x-problems/invalid-document")
      guard case .array(let found)? = answer.json["diagnostics"] else {
        return #expect(Bool(false))
      }
      #expect(found.contains { $0["code"] == "E_UNKNOWN_KEY" && $0["line"] == 2 })
      let paths = [
        "/etc/passwd", "../secret.png", "http://127.0.0.1/x.png", "a/../../b.png", "missing.png",
      ]
      for path in paths {
        let document =
          #"{"spec":"scene/1","id":"x","assets":{"p":{"path":"\#(path)"}},"scenes":[{"id":"a","background":{"asset":"p"},"duration":1}]}"#
        let refused = try await client.post(
          "/api/v1/render-jobs", "{\"document\": \(document)}")
        #expect(refused.status == 422, "\(path): \(refused.text)")
      }
      let bad = [
        "{}", #"{"document": 7}"#, #"{"document": {}, "odd": 1}"#, #"{"document": ""}"#,
        #"{"document": \#(ProductBench.document), "variants": ["none"]}"#,
        #"{"document": \#(ProductBench.document), "variants": "main"}"#,
        #"{"document": \#(ProductBench.document), "output": "/tmp/x.mp4"}"#,
        #"{"document": \#(ProductBench.document), "output": "x.mp4", "store": true}"#,
        #"{"document": \#(ProductBench.document), "store": false}"#,
        #"{"document": \#(ProductBench.document), "priority": 5000}"#,
      ]
      for body in bad {
        #expect(try await client.post("/api/v1/render-jobs", body).status == 422, "\(body)")
        #expect(
          try await client.get("/api/v1/render-jobs").json["items"] == [], "\(body)")
      }
    }
  }

  @Test("two films do not go to one output")
  func taken() async throws {
    try await ProductBench.node().serving { client in
      let body = #"{"document": \#(ProductBench.document), "output": "out/film.mp4"}"#
      let first = try await client.post("/api/v1/render-jobs", body)
      #expect(first.status == 201)
      let second = try await client.post("/api/v1/render-jobs", body)
      #expect(second.status == 409)
    }
  }

  @Test("a link in the folder of films leads nowhere else")
  func links() async throws {
    let node = try ProductBench.node()
    try FileManager.default.createSymbolicLink(
      atPath: node.folder.path + "/films/out", withDestinationPath: "/tmp")
    let status = try await node.serving { client in
      try await client.post(
        "/api/v1/render-jobs",
        #"{"document": \#(ProductBench.document), "output": "out/film.mp4"}"#
      ).status
    }
    #expect(status == 422)
  }

  @Test("a frame of a document is a picture of the size that was asked for")
  func previews() async throws {
    try await ProductBench.node().serving { client in
      for at in ["0", "49", "\"00:01.5\"", "\"1.5\""] {
        let answer = try await client.post(
          "/api/v1/previews",
          #"{"document": \#(ProductBench.document), "at": \#(at), "width": 160}"#)
        #expect(answer.status == 200, "\(answer.text)")
        #expect(answer.header("content-type") == "image/png")
        #expect(answer.body.starts(with: [0x89, 0x50, 0x4E, 0x47]))
        #expect(Array(answer.body[16..<24]) == [0, 0, 0, 160, 0, 0, 0, 90])
      }
      for rest in [
        #""at": 50"#, #""at": -1"#, #""at": "x""#, #""at": "1:99""#, #""width": 4"#,
        #""variant": "none""#, #""odd": 1"#,
      ] {
        let answer = try await client.post(
          "/api/v1/previews", #"{"document": \#(ProductBench.document), \#(rest)}"#)
        #expect(answer.status == 422, "\(rest): \(answer.text)")
      }
    }
  }

  @Test(
    "moments of a film",
    arguments: [
      ("7", 7), ("\"1.6\"", 40), ("\"00:01.6\"", 40), ("\"01:02:03\"", 93_075), ("\"0\"", 0),
      ("-1", nil), ("1.5", nil), ("\"\"", nil), ("\"1:60\"", nil), ("\"-1\"", nil),
      ("\"1e9\"", nil),
      ("null", nil), ("\"99:59:59\"", nil),
    ] as [(String, Int?)])
  func moments(_ text: String, _ frame: Int?) throws {
    let value = try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    #expect(Moment(value)?.frame(FrameRate(25, 1)) == frame)
  }

  @Test("the system says which folder it reads golden reports of, and where it was given none")
  func reportFolder() async throws {
    let node = try ProductBench.node()
    let given = try await node.serving { try await $0.get("/api/v1/system").json }
    #expect(given["golden_reports_path"] == .string(node.folder.path + "/reports"))
    let none = try await TestNode().serving { try await $0.get("/api/v1/system").json }
    #expect(none["golden_reports_path"] == .null)
  }

  @Test("reports of golden tests can be read, and nothing beside them")
  func reports() async throws {
    let node = try ProductBench.node()
    let folder = node.folder.path + "/reports/titles"
    try FileManager.default.createDirectory(
      atPath: folder + "/pictures/a", withIntermediateDirectories: true)
    try "<p>report".write(toFile: folder + "/index.html", atomically: true, encoding: .utf8)
    try #"{"documents": [{"state": "match"}, {"state": "differs"}]}"#.write(
      toFile: folder + "/report.json", atomically: true, encoding: .utf8)
    try "png".write(toFile: folder + "/pictures/a/f.png", atomically: true, encoding: .utf8)
    try FileManager.default.createSymbolicLink(
      atPath: folder + "/link.html", withDestinationPath: node.folder.path + "/link.key")
    try await node.serving { client in
      let list = try await client.get("/api/v1/golden-reports").json
      guard case .array(let items)? = list["items"] else { return #expect(Bool(false)) }
      #expect(items.map { $0["matching"] } == [1])
      let url = try #require(items.first?["url"]?.text)
      let page = try await client.get(url)
      #expect(page.text == "<p>report")
      #expect(page.header("content-security-policy")?.contains("default-src 'none'") == true)
      let picture = try await client.get("/api/v1/golden-reports/titles/pictures/a/f.png")
      #expect(picture.header("content-type") == "image/png")
      for path in [
        "titles/none.html", "titles/link.html", "..%2f/link.key", "titles/..%2f..%2flink.key",
        "titles/pictures/..%2f..%2f..%2f/link.key", "%2e%2e/node.db", "titles/pictures",
      ] {
        let status = try await client.get("/api/v1/golden-reports/\(path)").status
        #expect([400, 404, 405].contains(status), "\(path)")
      }
    }
  }
}
