import Foundation
import NIOCore
import SceneDocument
import TestSupport
import Testing

@testable import NodeServer

@Suite struct BadInputTests {
  // MARK: Time and size

  @Test("a head that does not end is cut, and so is a body that nobody reads")
  func slow() async throws {
    try await TestNode { $0.headPatience = .seconds(1) }.serving { client in
      let half = try await client.all("GET /health HTTP/1.1\r\nHost: ")
      #expect(half == "")
      #expect(try await client.all("") == "")
      let idle = try await client.all("GET /health HTTP/1.1\r\n\(client.head())")
      #expect(idle.hasPrefix("HTTP/1.1 200"))
      let unread = try await client.all(
        "POST /nothing HTTP/1.1\r\n\(client.head("Content-Length: 1000000"))x")
      #expect(unread.hasPrefix("HTTP/1.1 404"))
      #expect(try await client.get("/health").status == 200)
    }
  }

  @Test(
    "who waits for a word before the body gets one where the body is wanted, and the refusal where it is not"
  )
  func expects() async throws {
    try await TestNode { $0.token = nil }.serving { client in
      let wanted = client.head(
        "Content-Type: application/json", "Content-Length: 17", "Expect: 100-continue")
      for key in ["", "Idempotency-Key: k\r\n"] {
        let answer = try await client.raw("POST /api/v1/events HTTP/1.1\r\n\(key)\(wanted)") {
          stream in
          try await stream.read(
            until: { $0.hasSuffix("\r\n\r\n") },
            then: { try await stream.outbound.write(.init(string: #"{"name": "a/bcd"}"#)) },
            until: { $0.contains("ids") })
        }
        #expect(answer.hasPrefix("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201"))
        #expect(answer.split(separator: "HTTP/1.1").count == 2)
      }
      let large = client.head(
        "Content-Type: application/json", "Content-Length: 99000000", "Expect: 100-continue")
      let refused = try await client.all("POST /api/v1/events HTTP/1.1\r\n\(large)")
      #expect(refused.hasPrefix("HTTP/1.1 413"))
      let nowhere = try await client.all("POST /nothing HTTP/1.1\r\n\(wanted)")
      #expect(nowhere.hasPrefix("HTTP/1.1 404") && !nowhere.contains("100 Continue"))
    }
  }

  @Test("an upload that drips is cut, and leaves nothing")
  func drip() async throws {
    let node = try ProductBench.node()
    var settings = node.settings
    settings.bodyPatience = .milliseconds(300)
    try await node.serving(settings) { client in
      let start =
        "POST /api/v1/documents HTTP/1.1\r\n"
        + client.head("Content-Type: text/plain", "Content-Length: 100000") + "words "
      let answer = try await client.raw(start) { stream in
        try await stream.read { _ in false }
      }
      #expect(answer.hasPrefix("HTTP/1.1 408"))
    }
    let left = try? FileManager.default.contentsOfDirectory(
      atPath: node.folder.path + "/uploads")
    #expect(left == [])
  }

  @Test("heads beyond the limit are told so")
  func largeHeads() async throws {
    try await TestNode().serving { client in
      let line = "X-Filler: " + String(repeating: "x", count: 20_000) + "\r\n"
      let one = try await client.all("GET /health HTTP/1.1\r\n\(line)\(client.head())")
      #expect(one.hasPrefix("HTTP/1.1 431"))
      #expect(one.contains("application/problem+json"))
      let many = (0..<300).map { "X-F\($0): y\r\n" }.joined()
      let fields = try await client.all("GET /health HTTP/1.1\r\n\(many)\(client.head())")
      #expect(fields.hasPrefix("HTTP/1.1 431"))
      let path = String(repeating: "a", count: 100_000)
      let long = try await client.all("GET /\(path) HTTP/1.1\r\n\(client.head())")
      #expect(long.hasPrefix("HTTP/1.1 4"))
      #expect(try await client.get("/health").status == 200)
    }
  }

  @Test("connections beyond the limit wait until those that do nothing are cut")
  func connections() async throws {
    let node = try TestNode {
      ($0.maximumConnections, $0.headPatience) = (2, .milliseconds(300))
    }
    try await node.serving { client in
      try await client.raw("GET /hea") { _ in
        try await client.raw("GET /hea") { _ in
          let answer = try await client.get("/health")
          #expect(answer.status == 200)
        }
      }
    }
  }

  // MARK: HTTP

  @Test("what is no HTTP is answered with a problem")
  func garbage() async throws {
    try await TestNode().serving { client in
      for text in [
        "\0\0\0\0\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "B{}D / HTTP/1.1\r\n\r\n",
        "POST /e/k HTTP/1.1\r\n\(client.head("Content-Length: x"))",
        "POST /e/k HTTP/1.1\r\n\(client.head("Transfer-Encoding: chunked"))nonsense\r\n",
        "POST /api/v1/events HTTP/1.1\r\n\(client.head("Transfer-Encoding: chunked"))zz\r\n\r\n",
      ] {
        let answer = try await client.all(text)
        #expect(answer.hasPrefix("HTTP/1.1 400"), "\(text): \(answer)")
        #expect(answer.lowercased().contains("content-type: application/"), "\(text): \(answer)")
      }
    }
  }

  @Test(
    "a request that two readers may understand in two ways is refused, and nothing behind it is read"
  )
  func ambiguous() async throws {
    try await TestNode().serving { client in
      let own = "Host: 127.0.0.1:\(client.port)"
      let event = "{\"name\":\"a\"}"
      for fields in [
        "\(own)\r\nHost: other.example", "\(own)\r\n\(own)", "Host: other.example\r\n\(own)",
        "\(own)\r\nContent-Length: 12\r\nTransfer-Encoding: chunked",
        "\(own)\r\nTransfer-Encoding: chunked\r\nContent-Length: 12",
        "\(own)\r\nContent-Length: 12\r\nContent-Length: 13",
        "\(own)\r\nContent-Length: 12, 13", "\(own)\r\nContent-Length: +12",
        "\(own)\r\nContent-Length: -1", "\(own)\r\nContent-Length: 99999999999999999999",
        "\(own)\r\nTransfer-Encoding: chunked, identity", "\(own)\r\nTransfer-Encoding: xchunked",
        "\(own)\r\nX-Folded: a\r\n b", "\(own)\r\nX-Spaced : a", "\(own)\r\nX-Nul: a\0b",
      ] {
        let answer = try await client.all(
          "POST /e/k HTTP/1.1\r\n\(fields)\r\n\r\n\(event)GET /health HTTP/1.1\r\n\(client.head())")
        #expect(answer.hasPrefix("HTTP/1.1 400"), "\(fields): \(answer)")
        #expect(answer.contains("Content-Type: application/"), "\(fields): \(answer)")
        #expect(answer.matches(of: /HTTP\/1\.1 [0-9]/).count == 1, "\(fields): \(answer)")
      }
      #expect(try await client.get("/api/v1/events").json["items"] == [])
    }
  }

  @Test("a packed body is refused, and told so")
  func packed() async throws {
    try await TestNode().serving { client in
      for path in ["/api/v1/events", "/e/k", "/fn/register"] {
        let answer = try await client.post(path, "{}", [("Content-Encoding", "gzip")])
        #expect(answer.status == 415)
        #expect(answer.text.contains("gzip"))
      }
    }
  }

  @Test("events are JSON whatever their type says; what is neither JSON nor says so is refused")
  func eventTypes() async throws {
    try await TestNode().serving { client in
      let event = " {\"name\":\"a\"}"
      for type in [
        "application/json; charset=utf-8", "application/x-www-form-urlencoded", "text/plain",
      ] {
        #expect(try await client.post("/e/k", event, [("Content-Type", type)]).status == 200)
      }
      let form = "--b\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\na\r\n--b--\r\n"
      for (type, body) in [
        ("application/x-www-form-urlencoded", "name=a&data=b"),
        ("multipart/form-data; boundary=b", form), ("application/x-ndjson", "\"a\"\n"),
        ("text/xml", "<name>a</name>"),
      ] {
        let answer = try await client.post("/e/k", body, [("Content-Type", type)])
        #expect(answer.status == 415, "\(type): \(answer.text)")
        #expect(answer.json["status"] == 415)
        #expect(answer.json["error"]?.text?.contains(type.prefix { $0 != ";" }) == true)
      }
      let lines = "{\"name\":\"a\"}\n{\"name\":\"b\"}\n"
      let several = try await client.post("/e/k", lines, [("Content-Type", "application/x-ndjson")])
      #expect(several.status == 400)
      #expect(try await client.post("/e/k", "name=a").status == 400)
      #expect(try await client.get("/api/v1/events").json["items"]?.count == 3)
    }
  }

  @Test("requests that come together are answered one after the other, HEAD without a body")
  func pipelined() async throws {
    try await TestNode().serving { client in
      let requests = [
        "GET /health", "HEAD /nothing", "HEAD /api/v1/runs?color=red", "HEAD /health",
        "GET /api/v1/choices",
      ].map { "\($0) HTTP/1.1\r\n\(client.head())" }.joined()
      let last = "GET /nothing HTTP/1.1\r\n\(client.head("Connection: close"))"
      let answers = try await client.all(requests + last)
      let heads = answers.matches(of: /HTTP\/1\.1 ([0-9]+)/).map { String($0.1) }
      #expect(heads == ["200", "404", "400", "200", "200", "404"])
      #expect(answers.matches(of: /"detail":/).count == 1)
    }
  }

  @Test("HTTP/1.0 is answered; without a host it is not for the node")
  func old() async throws {
    try await TestNode().serving { client in
      for (fields, status) in [(client.head(), " 200 "), ("\r\n", " 421 ")] {
        let answer = try await client.raw("GET /health HTTP/1.0\r\n\(fields)") {
          try await $0.read { $0.hasSuffix("}") }
        }
        #expect(answer.contains(status), "\(answer)")
      }
    }
  }

  @Test("bytes that are no UTF-8 are refused wherever they stand")
  func utf8() async throws {
    try await TestNode().serving { client in
      let paths = ["/api/v1/runs/\u{1}", "/api/v1/events?name="]
      for path in paths {
        let bytes =
          Array("GET \(path)".utf8) + [0xFF, 0xC0]
          + Array(" HTTP/1.1\r\n\(client.head("Connection: close"))".utf8)
        let answer = try await client.raw(bytes: bytes) { try await $0.read { _ in false } }
        #expect(answer.hasPrefix("HTTP/1.1 40"), "\(answer)")
      }
      for route in ["/api/v1/events", "/e/k"] {
        let body = Array("{\"name\":\"a".utf8) + [0xFF] + Array("\"}".utf8)
        let head =
          "POST \(route) HTTP/1.1\r\n"
          + client.head("Content-Length: \(body.count)", "Connection: close")
        let answer = try await client.raw(bytes: Array(head.utf8) + body) {
          try await $0.read { _ in false }
        }
        #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
      }
      for text in [#"{"name":"\ud800"}"#, String(repeating: "[", count: 200_000)] {
        #expect(try await client.post("/api/v1/events", text).status == 400)
      }
      #expect(try await client.get("/api/v1/events").json["items"] == [])
    }
  }

  // MARK: Values

  @Test("numbers of more than 53 bits come back digit by digit")
  func numbers() async throws {
    try await TestNode().serving { client in
      let data = #"{"id":9007199254740993,"big":123456789012345678901234567890,"e":1e400,"x":0.10}"#
      for (path, status) in [("/api/v1/events", 400), ("/e/k", 200)] {
        let sent = try await client.post(path, #"{"name":"test/n","data":\#(data)}"#)
        #expect(sent.status == status)
      }
      let smaller = data.replacing(#","e":1e400"#, with: "")
      let sent = try await client.post(
        "/api/v1/events", #"{"name":"test/n","data":\#(smaller)}"#)
      guard case .array(let ids)? = sent.json["ids"], let id = ids.first?.text else {
        Issue.record("\(sent.text)")
        return
      }
      let stored = try await client.get("/api/v1/events/\(id)")
      #expect(stored.text.contains(#""data":\#(smaller)"#), "\(stored.text)")
    }
  }

  @Test("what is stored goes out in one line, and what is no JSON is a string")
  func storedText() {
    #expect(JSONText(stored: nil).text == "null")
    #expect(JSONText(stored: "{\n\"a\": 1.50\r\n}").text == "{ \"a\": 1.50  }")
    #expect(JSONText(stored: "{\"a\"").text == #""{\"a\"""#)
    #expect(
      JSONText([.init("k", 1)], and: ["v": JSONText(stored: "2.0")]).text == #"{"k":1,"v":2.0}"#)
  }

  // MARK: Paths

  @Test(
    "no path leads out of where it should",
    arguments: [
      "/api/v1/assets/%2e%2e%2flink.key", "/api/v1/assets/..%5clink.key",
      "/api/v1/assets/%c0%ae%c0%ae%2flink.key", "/api/v1/assets/a%00b",
      "/api/v1/assets/../link.key",
      "/api/v1/golden-reports/%2e%2e/link.key", "/api/v1/golden-reports/..%2f..%2f/node.db",
      "/api/v1/golden-reports/a/pictures/%2e%2e/%2e%2e%2freport.json",
      "/api/v1/golden-reports/./link.key", "/ui/files/%2e%2e/link.key", "/ui/files/../../link.key",
      "//api/v1/assets//link.key", "/api/v1/films/..%2fx/content", "/link.key", "/../link.key",
    ])
  func paths(_ path: String) async throws {
    let node = try ProductBench.node()
    let key = try Data(contentsOf: URL(fileURLWithPath: node.folder.path + "/link.key"))
    try await node.serving { client in
      let answer = try await client.all(
        "GET \(path) HTTP/1.1\r\n\(client.head("Connection: close"))")
      // Below /ui/ every address but those of files is the dashboard's page.
      let isPage = path.hasPrefix("/ui/files/../")
      #expect(
        answer.hasPrefix("HTTP/1.1 404") || isPage && answer.contains("text/html"), "\(answer)")
      #expect(Data(answer.utf8).range(of: key) == nil)
    }
  }
}
