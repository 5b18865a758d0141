import Foundation
import SceneDocument
import Testing

@testable import NodeServer

@Suite struct RequestTests {
  @Test("what goes wrong is a problem, also where the router answers by itself")
  func problems() async throws {
    try await TestNode().serving { client in
      let cases: [(String, String, String?, Int)] = [
        ("GET", "/nothing", nil, 404), ("GET", "/api/v1/runs/none", nil, 404),
        ("PUT", "/api/v1/runs", nil, 405), ("GET", "/api/v1/runs?limit=0", nil, 400),
        ("GET", "/api/v1/runs?limit=x", nil, 400), ("GET", "/api/v1/runs?cursor=x", nil, 400),
        ("GET", "/api/v1/runs?color=red", nil, 400), ("GET", "/api/v1/runs?state=odd", nil, 400),
        ("GET", "/api/v1/runs?limit=%ff", nil, 400), ("POST", "/api/v1/events", "", 400),
        ("POST", "/api/v1/events", "{", 400), ("POST", "/api/v1/events", "{}", 422),
        ("POST", "/api/v1/events", "[]", 422), ("POST", "/api/v1/events", "7", 422),
        ("POST", "/api/v1/events", "{\"name\":\"a\",\"odd\":1}", 422),
        ("POST", "/api/v1/events", "{\"name\":\"inngest/a\"}", 422),
        ("POST", "/api/v1/events", "{\"name\":\"a\",\"data\":7}", 422),
        ("POST", "/api/v1/events", "{\"name\":\"a\",\"ts\":\"yesterday\"}", 422),
        ("POST", "/api/v1/runs/x/cancel", nil, 404), ("POST", "/api/v1/runs/x/replay", nil, 404),
        ("POST", "/api/v1/runs/x/retry", nil, 404),
        ("GET", "/api/v1/live?topics=odd", nil, 400), ("DELETE", "/health", nil, 405),
        ("GET", "/api/v1/runs/%00", nil, 404), ("GET", "/api/v1/runs?limit=", nil, 400),
        ("GET", "/api/v1/render-jobs?state=", nil, 400),
        ("GET", "/api/v1/projects/estimate", nil, 405),
      ]
      for (method, path, body, status) in cases {
        let answer = try await client.ask(method, path, body: body)
        #expect(answer.status == status, "\(method) \(path) \(body ?? ""): \(answer.text)")
        #expect(answer.header("content-type") == "application/problem+json")
        #expect(answer.json["status"] == JSONValue.integer(status))
        #expect(answer.json["detail"]?.text?.isEmpty == false)
        #expect(answer.header("x-content-type-options") == "nosniff")
      }
      let other = try await client.ask("PUT", "/api/v1/events")
      #expect(other.header("allow") == "GET, HEAD, POST")
      let named = try await client.ask("PUT", "/api/v1/projects/estimate")
      #expect(named.header("allow") == "POST")
      let typed = try await client.post(
        "/api/v1/events", "name=a", [("Content-Type", "application/x-www-form-urlencoded")])
      #expect(typed.status == 415)
    }
  }

  @Test("a body beyond the limit is refused, whether its length is told or not")
  func large() async throws {
    try await TestNode().serving { client in
      let told = try await client.raw(
        "POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\nContent-Length: 99999999\r\n\r\n"
      ) { try await $0.read { _ in false } }
      #expect(told.hasPrefix("HTTP/1.1 413"))
      let piece = "1000\r\n" + String(repeating: "x", count: 0x1000) + "\r\n"
      let untold = try await client.raw(
        "POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\nTransfer-Encoding: chunked\r\n\r\n\(piece)\(piece)"
      ) { try await $0.read { _ in false } }
      #expect(untold.hasPrefix("HTTP/1.1 413"))
      #expect(try await client.get("/health").status == 200)
    }
  }

  @Test("a body that does not come is cut, and the connection with it")
  func slow() async throws {
    let node = try TestNode { $0.bodyPatience = .milliseconds(200) }
    try await node.serving { client in
      let answer = try await client.raw(
        "POST /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1:\(client.port)\r\nContent-Length: 50\r\n\r\n{\"na"
      ) { try await $0.read { _ in false } }
      #expect(answer.hasPrefix("HTTP/1.1 408"))
      #expect(answer.contains("application/problem+json"))
      // Not even a head.
      let silent = try await client.raw("GET /hea") { try await $0.read { _ in false } }
      #expect(!silent.hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test("what is no HTTP does not bring the server down")
  func garbage() async throws {
    try await TestNode().serving { client in
      for text in [
        "\0\0\0\0\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET / HTTP/1.1\r\n\r\n",
      ] {
        let answer = try await client.raw(text) {
          try await $0.read { $0.contains("\r\n\r\n") }
        }
        #expect(answer.hasPrefix("HTTP/1.1 4") || answer.isEmpty)
      }
      #expect(try await client.get("/health").status == 200)
    }
  }

  @Test("lists go on where they ended, also when more has come since")
  func pages() async throws {
    try await TestNode().serving { client in
      let events = (0..<5).map { "{\"name\":\"test/\($0)\"}" }.joined(separator: ",")
      #expect(try await client.post("/api/v1/events", "[\(events)]").status == 201)
      let first = try await client.get("/api/v1/events?limit=2").json
      let cursor = try #require(first["next_cursor"]?.text)
      _ = try await client.post("/api/v1/events", "{\"name\":\"test/later\"}")
      let second = try await client.get("/api/v1/events?limit=3&cursor=\(cursor)").json
      #expect(Self.names(first) == ["test/4", "test/3"])
      #expect(Self.names(second) == ["test/2", "test/1", "test/0"])
      #expect(second["next_cursor"] == .null)
    }
  }

  private static func names(_ page: JSONValue) -> [String] {
    guard case .array(let items)? = page["items"] else { return [] }
    return items.compactMap { $0["name"]?.text }
  }

  @Test("a cursor gives its values back, and nothing else is one")
  func cursors() {
    #expect(Cursor.parse(Cursor.text("01ABC", "x/y=")) == ["01ABC", "x/y="])
    for text in ["", "c1", "c1*", "d1YQ", "c1/w=="] { #expect(Cursor.parse(text) == nil) }
    let bound = Cursor.bound(Cursor.text("01ABC"), to: "/api/v1/runs")
    #expect(Cursor.parse(bound, of: "/api/v1/runs/") == ["01ABC"])
    for text in [bound + ".", "." + bound, Cursor.text("01ABC")] {
      #expect(Cursor.parse(text, of: "/api/v1/runs") == nil)
    }
  }

  @Test("the cursor of one list is none of another, and a long value is told to be long")
  func otherLists() async throws {
    try await TestNode().serving { client in
      for _ in 0..<3 { _ = try await client.post("/api/v1/events", "{\"name\":\"a\"}") }
      let page = try await client.get("/api/v1/events?limit=1").json
      let cursor = try #require(page["next_cursor"]?.text)
      #expect(try await client.get("/api/v1/events?cursor=\(cursor)").json["items"]?.count == 2)
      for list in ["runs", "render-jobs", "documents", "functions", "workers"] {
        let answer = try await client.get("/api/v1/\(list)?cursor=\(cursor)")
        #expect(answer.status == 400, "\(list): \(answer.text)")
        #expect(answer.text.contains("not one of this list's"))
      }
      let long = try await client.get(
        "/api/v1/events?name=\(String(repeating: "n", count: 2_001))")
      #expect(long.status == 400)
      #expect(long.text.contains("longer than 2000 bytes"))
    }
  }

  @Test(
    "times are written as RFC 3339",
    arguments: [
      (0, "1970-01-01T00:00:00.000Z"), (1_795_288_226_123, "2026-11-21T19:10:26.123Z"),
      (951_782_399_999, "2000-02-28T23:59:59.999Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
      (-1, "1969-12-31T23:59:59.999Z"), (4_102_444_799_000, "2099-12-31T23:59:59.000Z"),
    ] as [(Int64, String)])
  func times(milliseconds: Int64, text: String) {
    #expect(TimeText.text(milliseconds) == text)
    #expect(TimeText.milliseconds(text) == milliseconds)
  }
}
