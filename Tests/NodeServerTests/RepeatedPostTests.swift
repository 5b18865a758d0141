import Foundation
import Jobs
import SceneDocument
import Storage
import TestSupport
import Testing

@testable import NodeServer

@Suite struct RepeatedPostTests {
  private static let key = [("Idempotency-Key", "key-1")]

  @Test("what becomes of each POST that is sent again is written down")
  func table() throws {
    let document = try JSONDecoder().decode(
      JSONValue.self, from: Data(PackageResources.openapi_json))
    guard case .object(let paths)? = document["paths"] else {
      Issue.record("no paths are described")
      return
    }
    let posts = paths.filter { $0.value["post"] != nil }.map(\.key)
    let known = Set(RepeatedPost.all.map(\.path)).union(RepeatedPost.changingNothing)
      .union(RepeatedPost.asTheirProtocolSays).union(["/merge-scenes"])
    #expect(Set(posts) == known)
  }

  @Test(
    "a node that dies between the act and the answer acts once, whatever happens meanwhile",
    arguments: RepeatedPost.all)
  func once(_ post: RepeatedPost) async throws {
    // The claim of the key is the first transaction, the act the second.
    for count in 1...3 {
      let (node, database) = try Self.node()
      try await node.serving { client in
        let id = try await post.prepare(node)
        let path = post.path.replacing("{id}", with: id)
        let fields = Self.key + (post.body == nil ? [] : [("Content-Type", post.type)])
        database.cut(after: count)
        let first = try await client.post(path, post.body, fields)
        #expect(first.status == (count < 3 ? 500 : post.status), "\(first.text)")
        database.cut(after: nil)
        try await Self.endProcess(node)
        if count > 1 { try await post.meanwhile(node, id) }
        let before = try await Self.state(node)
        let again = try await client.post(path, post.body, fields)
        #expect(again.status == post.status, "\(again.text)")
        let after = try await Self.state(node)
        #expect((before == after) == (count > 1), "\(before) → \(after)")
        #expect((again.header("idempotency-replayed") == "true") == (count > 1))
        let third = try await client.post(path, post.body, fields)
        #expect(third.body == again.body)
        #expect(try await Self.state(node) == after)
      }
    }
  }

  /// The cloud function's payload for a film of one scene, whose files the node itself has.
  private static func payload(_ node: TestNode, _ client: TestClient) async throws -> String {
    let clip = try await node.backend.assets.put(Data(try readBytes(ClipForge.plain())))
    let url = "\(client.address)/api/v1/assets/\(clip)"
    return
      #"{"projectId": "p1", "scenes": [{"sceneId": "s1", "backgroundUrl": "\#(url)", "avatarUrl": "\#(url)", "duration": 2}]}"#
  }

  @Test("a payload whose node died while its film was made is not begun again")
  func goesOn() async throws {
    let (node, database) = try Self.node()
    try await node.serving { client in
      let body = try await Self.payload(node, client)
      database.cut(after: 2)
      // It waits for the film, and dies doing so.
      #expect(try await client.post("/merge-scenes", body, Self.key).status == 500)
      database.cut(after: nil)
      try await Self.endProcess(node)
      let later = Self.key + [("Prefer", "respond-async")]
      let again = try await client.post("/merge-scenes", body, later)
      #expect(again.status == 202, "\(again.text)")
      let films = try await client.get("/api/v1/render-jobs?kind=film").json["items"]
      #expect(films?.count == 1)
      let status = try #require(again.json["statusUrl"]?.text)
      #expect(try await client.get(status).json["label"] == "p1")
    }
  }

  @Test("a film that came to nothing is begun again by the request that asked for it")
  func begunAgain() async throws {
    let (node, database) = try Self.node()
    try await node.serving { client in
      let body = try await Self.payload(node, client)
      database.cut(after: 2)
      _ = try await client.post("/merge-scenes", body, Self.key)
      database.cut(after: nil)
      try await Self.endProcess(node)
      let film = try #require(try await node.backend.queue.list().first)
      try await node.backend.queue.cancel(film.id)
      let later = Self.key + [("Prefer", "respond-async")]
      let again = try await client.post("/merge-scenes", body, later)
      #expect(again.status == 202)
      #expect(again.json["id"]?.text != film.id)
      #expect(try await node.backend.queue.list().count == 2)
    }
  }

  // MARK: The node

  private static func node() throws -> (TestNode, CutDatabase) {
    let node = try ProductBench.node(functions: [RepeatedPost.function], isCuttable: true) {
      $0.allowsPrivateAddresses = true
    }
    return (node, try #require(node.cut))
  }

  /// Keys of this process are those of one that has died.
  private static func endProcess(_ node: TestNode) async throws {
    let dead = "\(ProcessMark.own.text.prefix { $0 != ":" }):4194305:1"
    try await node.database.write { db in
      _ = try db.execute("UPDATE server_idempotency SET owner = :dead", ["dead": dead])
    }
  }

  /// All that a POST may change.
  private static func state(_ node: TestNode) async throws -> [String] {
    try await node.database.read { db in
      var lines: [String] = []
      for sql in [
        "SELECT 'event ' || id AS line FROM workflow_event ORDER BY id",
        "SELECT 'run ' || id || state AS line FROM workflow_run ORDER BY id",
        "SELECT 'project ' || state || generation || ' ' || coalesce(budget_microdollars, '') AS line FROM project",
        "SELECT 'job ' || id || state || is_paused || fence AS line FROM render_job ORDER BY id",
        "SELECT 'paused' AS line FROM render_queue_pause",
        "SELECT 'upload ' || id AS line FROM upload ORDER BY id",
      ] {
        lines += try db.rows(sql).map { try $0.get("line") }
      }
      return lines
    }
  }
}
