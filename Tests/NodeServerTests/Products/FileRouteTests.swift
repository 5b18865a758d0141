import Foundation
import SceneDocument
import Storage
import TestSupport
import Testing

@testable import NodeServer

@Suite struct FileRouteTests {
  private static let content = String(repeating: "0123456789", count: 60_000)

  @Test("a file is given whole, in parts, and not again to those who have it")
  func parts() async throws {
    let node = try ProductBench.node()
    let sha256 = try await node.backend.assets.put(Data(Self.content.utf8))
    try await node.serving { client in
      let path = "/api/v1/assets/\(sha256)"
      let whole = try await client.get(path)
      #expect(whole.status == 200)
      #expect(whole.text == Self.content)
      #expect(whole.header("etag") == "\"\(sha256)\"")
      #expect(whole.header("accept-ranges") == "bytes")
      #expect(whole.header("content-type") == "text/plain; charset=utf-8")
      let part = try await client.get(path, [("Range", "bytes=599990-")])
      #expect(part.status == 206)
      #expect(part.text == "0123456789")
      #expect(part.header("content-range") == "bytes 599990-599999/600000")
      let beyond = try await client.get(path, [("Range", "bytes=600000-")])
      #expect(beyond.status == 416)
      #expect(beyond.header("content-range") == "bytes */600000")
      let same = try await client.get(
        path, [("Range", "bytes=0-3"), ("If-Range", "\"\(sha256)\"")])
      #expect(same.status == 206)
      let other = try await client.get(path, [("Range", "bytes=0-3"), ("If-Range", "\"other\"")])
      #expect(other.status == 200)
      let known = try await client.get(path, [("If-None-Match", "W/\"x\", \"\(sha256)\"")])
      #expect(known.status == 304)
      #expect(known.body.isEmpty)
      let head = try await client.ask("HEAD", path)
      #expect(head.status == 200)
      #expect(head.header("content-length") == "600000")
      #expect(head.body.isEmpty)
    }
  }

  @Test(
    "what is no content's name is not found",
    arguments: [
      "..%2f..%2fnode.db", "%2e%2e%2fnode.db", "..", "link.key", "%00",
      String(repeating: "0", count: 64),
      String(repeating: "A", count: 64), "ab/../../node.db",
    ])
  func tricks(_ name: String) async throws {
    let status = try await ProductBench.node().serving { client in
      try await client.get("/api/v1/assets/\(name)").status
    }
    #expect([400, 404].contains(status))
  }

  @Test("a name to save it under goes into a header and does nothing else")
  func names() async throws {
    let node = try ProductBench.node()
    let sha256 = try await node.backend.assets.put(Data("<script>alert(1)</script>".utf8))
    try await node.serving { client in
      let answer = try await client.get(
        "/api/v1/assets/\(sha256)?download=..%2Fa%22b%0D%0AX%3A%20y%C3%BC.html")
      #expect(answer.status == 200)
      let disposition = try #require(answer.header("content-disposition"))
      #expect(
        disposition
          == "attachment; filename=\"a_bX: y_.html\"; filename*=UTF-8''a%22bX%3A%20y%C3%BC.html")
      #expect(answer.header("x") == nil)
      #expect(answer.header("content-type") == "text/plain; charset=utf-8")
      #expect(answer.header("content-security-policy")?.contains("sandbox") == true)
    }
  }

  @Test("a signed address opens without a token until its time, and only its own file")
  func links() async throws {
    let node = try TestNode { $0.token = "0123456789abcdef0123" }
    let one = try await node.backend.assets.put(Data("one".utf8))
    let other = try await node.backend.assets.put(Data("other".utf8))
    try await node.serving { client in
      let token = [("Authorization", "Bearer 0123456789abcdef0123")]
      #expect(try await client.get("/api/v1/assets/\(one)").status == 401)
      let made = try await client.post(
        "/api/v1/assets/\(one)/links", #"{"expires_in_seconds": 60}"#, token)
      #expect(made.status == 201)
      let url = try #require(made.json["url"]?.text)
      #expect(try await client.get(url).text == "one")
      #expect(try await client.get(url + "0").status == 401)
      #expect(try await client.get(url.replacing(one, with: other)).status == 401)
      let late = node.backend.links.link("/api/v1/assets/\(one)", expires: 1_000)
      #expect(try await client.get(late).status == 401)
      let bad = try await client.post(
        "/api/v1/assets/\(one)/links", #"{"expires_in_seconds": 0}"#, token)
      #expect(bad.status == 422)
    }
  }
}
