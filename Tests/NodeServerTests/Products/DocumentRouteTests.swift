import Foundation
import Pipelines
import SceneDocument
import TestSupport
import Testing

@testable import NodeServer

@Suite struct DocumentRouteTests {
  private static let form = [("Content-Type", "multipart/form-data; boundary=b0undary")]

  private static func left(_ node: TestNode) throws -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: node.folder.path + "/uploads")) ?? []
  }

  @Test("a document is uploaded as a form or as it is, and can be read again")
  func uploading() async throws {
    let node = try ProductBench.node()
    try await node.serving { client in
      let sent = try await client.post(
        "/api/v1/documents", ProductBench.form("# Title\n\nWords."), Self.form)
      #expect(sent.status == 201, "\(sent.text)")
      #expect(sent.json["name"] == "brief.md")
      #expect(sent.json["media_type"] == "text/markdown")
      #expect(sent.json["bytes"] == 15)
      #expect(sent.header("location") == "/api/v1/documents/\(sent.json["id"]?.text ?? "")")
      let raw = try await client.post(
        "/api/v1/documents?name=..%2Fnotes.txt", "Plain words.", [("Content-Type", "text/plain")])
      #expect(raw.status == 201)
      #expect(raw.json["name"] == "notes.txt")
      let list = try await client.get("/api/v1/documents?limit=1").json
      guard case .array(let items)? = list["items"] else { return #expect(Bool(false)) }
      #expect(items.map { $0["id"] } == [raw.json["id"]])
      let cursor = try #require(list["next_cursor"]?.text)
      let rest = try await client.get("/api/v1/documents?cursor=\(cursor)").json
      #expect(rest["next_cursor"] == .null)
      let sha256 = try #require(sent.json["sha256"]?.text)
      #expect(try await client.get("/api/v1/assets/\(sha256)").text == "# Title\n\nWords.")
      #expect(try await client.get("/api/v1/documents/none").status == 404)
    }
    #expect(try Self.left(node) == [])
  }

  @Test("the same key uploads once")
  func once() async throws {
    try await ProductBench.node().serving { client in
      let key = Self.form + [("Idempotency-Key", "k1")]
      let first = try await client.post("/api/v1/documents", ProductBench.form("words"), key)
      let again = try await client.post("/api/v1/documents", ProductBench.form("words"), key)
      #expect(first.status == 201)
      #expect(again.body == first.body)
      #expect(again.header("idempotency-replayed") == "true")
      // A client that makes its form anew takes another boundary.
      let other = try await client.post(
        "/api/v1/documents", ProductBench.form("words", boundary: "an0ther"),
        [("Content-Type", "multipart/form-data; boundary=an0ther"), ("Idempotency-Key", "k1")])
      #expect(other.body == first.body)
      #expect(other.header("idempotency-replayed") == "true")
      for form in [
        ProductBench.form("drows"), ProductBench.form("words", name: "other.md"),
      ] {
        let refused = try await client.post("/api/v1/documents", form, key)
        #expect(refused.status == 422)
        #expect(refused.json["type"]?.text == Problem.Name.idempotencyKeyReused.address)
      }
      #expect(try await client.get("/api/v1/documents").json["items"]?.count == 1)
    }
  }

  @Test("what is no document is refused by its bytes, whatever it is called, and leaves nothing")
  func refusing() async throws {
    let node = try ProductBench.node { $0.uploadLimit = 5_000 }
    try await node.serving { client in
      let cases: [(String, [(String, String)], Int)] = [
        (ProductBench.form("\u{7F}ELF\u{1}\u{2}", name: "brief.pdf"), Self.form, 415),
        (ProductBench.form(""), Self.form, 422), ("", [("Content-Type", "text/plain")], 422),
        ("half a form", Self.form, 400),
        (String(ProductBench.form("cut").dropLast(8)), Self.form, 400),
        (ProductBench.form("x").replacing("\"file\"", with: "\"other\""), Self.form, 422),
        ("x", [("Content-Type", "multipart/form-data")], 400),
        (ProductBench.form(String(repeating: "x", count: 6_000)), Self.form, 413),
        (String(repeating: "x", count: 6_000), [("Content-Type", "text/plain")], 413),
      ]
      for (body, headers, status) in cases {
        let answer = try await client.post("/api/v1/documents", body, headers)
        #expect(answer.status == status, "\(body.prefix(60)): \(answer.text)")
        #expect(answer.header("content-type") == "application/problem+json")
      }
      #expect(try await client.post("/api/v1/documents?odd=1", "x", Self.form).status == 400)
    }
    #expect(try Self.left(node) == [])
  }

  @Test("an upload that is cut leaves nothing behind")
  func cut() async throws {
    let node = try ProductBench.node()
    try await node.serving { client in
      _ = try await client.raw(
        "POST /api/v1/documents HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\nContent-Type: text/plain\r\nContent-Length: 1000\r\n\r\nhalf"
      ) { _ in }
      // The server notices at its own pace.
      for _ in 0..<2_000 {
        if try Self.left(node).isEmpty, try await client.get("/health").status == 200 { break }
      }
    }
    #expect(try Self.left(node) == [])
    #expect(try await node.backend.pipeline.documents().isEmpty)
  }

  @Test(
    "files are known by their first bytes",
    arguments: [
      ("%PDF-1.7\n", "application/pdf"), ("\n\n%PDF-1.4", "application/pdf"),
      ("words", "text/plain"),
      ("# A\n\n- b\n", "text/markdown"), ("WEBVTT\n\n", "text/vtt"),
      ("{\"a\": 1}", "application/json"),
      ("\0\0\0\u{18}ftypisom", "video/mp4"), ("\u{1}\u{2}\u{3}", "application/octet-stream"),
      ("OggS", "audio/ogg"), ("<html><script>", "text/plain"),
    ])
  func sniffing(_ head: String, _ type: String) {
    #expect(MediaSniffer.type(ofHead: Array(head.utf8)) == type)
  }
}
