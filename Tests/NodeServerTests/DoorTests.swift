import Foundation
import SceneDocument
import TestSupport
import Testing

@testable import NodeServer

@Suite struct DoorTests {
  private static let token = "0123456789abcdef0123456789abcdef"

  @Test("a name that leads here from outside is not the node's, and other sites are refused")
  func hostAndOrigin() async throws {
    try await TestNode().serving { client in
      let paths = ["/health", "/api/v1/runs", "/", "/e/key", "/nothing"]
      for path in paths {
        let answer = try await client.get(path, [("Host", "evil.example:\(client.port)")])
        #expect(answer.status == 421)
        #expect(answer.header("content-type") == "application/problem+json")
      }
      for origin in ["http://evil.example", "null", "http://127.0.0.1:1"] {
        #expect(try await client.get("/api/v1/runs", [("Origin", origin)]).status == 403)
      }
      let own = "http://localhost:\(client.port)"
      #expect(
        try await client.get(
          "/api/v1/runs", [("Origin", own), ("Host", "localhost:\(client.port)")]
        ).status == 200)
    }
  }

  @Test("what a page of another site has a browser fetch is refused, following a link is not")
  func otherSites() async throws {
    try await TestNode().serving { client in
      for site in ["cross-site", "same-site"] {
        let picture = [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "no-cors")]
        let shown = try await client.get("/api/v1/runs", picture)
        #expect(shown.status == 403)
        let link = [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "navigate")]
        #expect(try await client.get("/", link).status == 200)
        #expect(try await client.post("/api/v1/render-queue/pause", "{}", link).status == 403)
      }
      for site in ["same-origin", "none"] {
        let own = [("Sec-Fetch-Site", site), ("Sec-Fetch-Mode", "cors")]
        #expect(try await client.get("/api/v1/runs", own).status == 200)
      }
    }
  }

  @Test("a node that stands behind another address is asked by that name, and gives it in links")
  func publicURL() async throws {
    let node = try TestNode { $0.publicURL = "https://Films.example:8443/node/" }
    try await node.serving { client in
      let own = [("Host", "films.example:8443"), ("Origin", "https://films.example:8443")]
      let answer = try await client.get("/api/v1/runs", own)
      #expect(answer.status == 200)
      #expect(try await client.get("/api/v1/runs", [("Host", "films.example")]).status == 421)
    }
    #expect(
      PublicAddress.of(node.settings, askedAs: "localhost:1") == "https://Films.example:8443/node")
    #expect(PublicAddress.of(ServerSettings(), askedAs: "localhost:1") == "http://localhost:1")
    #expect(PublicAddress("https://a.example:443")?.authority == "a.example")
    for bad in [
      "films.example", "ftp://a", "http://", "https://a?x", "https://a#x", "https://u:p@a",
      "https://a b", "https://a:0",
    ] {
      var settings = ServerSettings()
      settings.publicURL = bad
      #expect(throws: ServerError.badPublicURL(bad)) { try settings.check() }
    }
  }

  @Test("a missing and a wrong token get the same answer, a right one and a session come in")
  func tokens() async throws {
    let node = try TestNode { $0.token = Self.token }
    try await node.serving { client in
      let missing = try await client.get("/api/v1/runs")
      #expect(missing.status == 401)
      for wrong in [
        "Bearer x", "Bearer " + Self.token + "0", "Basic " + Self.token, Self.token, "", "Bearer",
        "Bearer ",
      ] {
        let answer = try await client.get("/api/v1/runs", [("Authorization", wrong)])
        #expect(answer.status == 401)
        #expect(answer.body == missing.body)
      }
      let right = [("Authorization", "Bearer " + Self.token)]
      #expect(try await client.get("/api/v1/runs", right).status == 200)
      let lower = [("Authorization", "bearer " + Self.token)]
      #expect(try await client.get("/api/v1/runs", lower).status == 200)
      #expect(try await client.get("/health").status == 200)
      #expect(try await client.get("/metrics").status == 401)
      #expect(try await client.post("/e/any", "{\"name\":\"a\"}").status == 401)
      let refused = try await client.post("/api/v1/session", "{\"token\":\"wrong\"}")
      #expect(refused.status == 401)
      #expect(refused.body == missing.body)
      let signed = try await client.post(
        "/api/v1/session", "{\"token\":\"\(Self.token)\"}")
      #expect(signed.status == 204)
      let cookie = try #require(signed.header("set-cookie"))
      #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"))
      for _ in 1...2 {
        let again = try await client.post(
          "/api/v1/session", "{\"token\":\"\(Self.token)\"}", [("Idempotency-Key", "k")])
        #expect(again.header("set-cookie") != nil)
      }
      let odd = try await client.post(
        "/api/v1/session", "{\"token\":\"\(Self.token)\"}", [("Idempotency-Key", "a b")])
      #expect(odd.status == 400)
      let session = String(cookie.prefix { $0 != ";" })
      #expect(try await client.get("/api/v1/runs", [("Cookie", session)]).status == 200)
      let forged = session.replacing("=", with: "=9", maxReplacements: 1)
      #expect(try await client.get("/api/v1/runs", [("Cookie", forged)]).status == 401)
    }
  }

  @Test("an address that others reach needs a token")
  func needsToken() throws {
    var settings = ServerSettings()
    settings.host = "0.0.0.0"
    #expect(throws: ServerError.tokenNeeded(host: "0.0.0.0")) { try settings.check() }
    settings.token = "short"
    #expect(throws: ServerError.badToken) { try settings.check() }
    settings.token = Self.token
    try settings.check()
  }

  @Test("event keys open the routes for events, and only those")
  func eventKeys() async throws {
    let node = try TestNode {
      $0.token = Self.token
      $0.eventKeys = ["secret"]
    }
    try await node.serving { client in
      let event = "{\"name\":\"test/a\"}"
      let right = try await client.post("/e/secret", event, [("Host", "node:1")])
      let wrong = try await client.post("/e/other", event)
      let reading = try await client.get("/v1/events")
      #expect([right, wrong, reading].map(\.status) == [200, 401, 401])
    }
  }

  @Test("pages of other sites send events with a known key, and see nothing else")
  func eventsOfOtherSites() async throws {
    let node = try TestNode { $0.eventKeys = ["secret"] }
    try await node.serving { client in
      let page = [("Origin", "https://shop.example")]
      let asks =
        page + [
          ("Access-Control-Request-Method", "POST"),
          ("Access-Control-Request-Headers", "content-type,x-inngest-sdk"),
        ]
      let preflight = try await client.ask("OPTIONS", "/e/secret", asks)
      #expect(preflight.status == 204)
      #expect(preflight.header("access-control-allow-origin") == "*")
      #expect(preflight.header("access-control-allow-methods") == "POST")
      #expect(preflight.header("access-control-allow-headers") == "*")
      let sent = try await client.post("/e/secret", "{\"name\":\"test/a\"}", page)
      #expect(sent.status == 200)
      #expect(sent.header("access-control-allow-origin") == "*")
      #expect(sent.header("cross-origin-resource-policy") == "cross-origin")
      let wrong = try await client.ask("OPTIONS", "/e/other", asks)
      #expect(wrong.status == 401)
      #expect(wrong.header("access-control-allow-origin") == nil)
      for path in ["/api/v1/runs", "/v1/events", "/dev"] {
        let answer = try await client.get(path, page)
        #expect(answer.status == 403)
        #expect(answer.header("access-control-allow-origin") == nil)
      }
    }
    // Without keys anybody who gets a page shown here could start work.
    try await TestNode().serving { client in
      let page = [("Origin", "https://shop.example")]
      let preflight = try await client.ask("OPTIONS", "/e/any", page)
      let sent = try await client.post("/e/any", "{\"name\":\"test/a\"}", page)
      #expect(preflight.status == 403)
      #expect(sent.status == 403)
      let stored = try await client.get("/v1/events")
      #expect(stored.json["data"]?.count == 0)
    }
  }

  @Test("what is not done of the apps' protocol is refused with what to do instead")
  func refusals() async throws {
    try await TestNode().serving { client in
      for (path, words) in [
        ("/v1/checkpoint", "checkpointing"), ("/v1/checkpoint/01ABC/async", "checkpointing"),
        ("/v0/connect/start", "--app"),
      ] {
        let answer = try await client.post(path, "{}")
        #expect(answer.status == 501)
        #expect(answer.json["advice"]?.text?.contains(words) == true)
      }
    }
  }

  @Test("who asks too often is told when to come back")
  func rate() async throws {
    let node = try TestNode { ($0.rate, $0.burst) = (0.01, 3) }
    try await node.serving { client in
      for _ in 0..<3 { #expect(try await client.get("/health").status == 200) }
      let answer = try await client.get("/health")
      #expect(answer.status == 429)
      #expect(Int(answer.header("retry-after") ?? "") ?? 0 > 10)
      #expect(answer.json["status"] == 429)
    }
  }

  @Test("a flood of events is refused, those before it are stored")
  func flood() async throws {
    let node = try TestNode { ($0.eventRate, $0.eventBurst) = (0.01, 2) }
    try await node.serving { client in
      let event = "{\"name\":\"test/a\"}"
      #expect(try await client.post("/e/k", event).status == 200)
      #expect(try await client.post("/api/v1/events", event).status == 201)
      let refused = try await client.post("/e/k", event)
      #expect(refused.status == 429)
      #expect(refused.header("retry-after") != nil)
      #expect(try await client.post("/api/v1/events", event).status == 429)
      #expect(try await client.get("/api/v1/events").json["items"]?.count == 2)
    }
  }

  @Test("buckets fill with time and never owe more than was taken")
  func buckets() {
    let limiter = RateLimiter(rate: 10, burst: 5)
    let start = ContinuousClock.now
    for _ in 0..<5 { #expect(limiter.take(1, for: "a", at: start) == nil) }
    #expect(limiter.take(1, for: "a", at: start) == .milliseconds(100))
    #expect(limiter.take(1, for: "b", at: start) == nil)
    #expect(limiter.take(1, for: "a", at: start + .milliseconds(100)) == nil)
    #expect(limiter.take(1, for: "a", at: start + .milliseconds(100)) != nil)
    #expect(limiter.take(100, for: "c", at: start) == nil)
    #expect(limiter.take(1, for: "c", at: start + .seconds(9)) != nil)
  }

  @Test("a link opens its own path until its time")
  func links() throws {
    let folder = try TempFolder()
    let signer = try LinkSigner(keyFile: folder.file("key"))
    let link = signer.link("/a/b", expires: 100)
    let signature = String(link.split(separator: "=").last ?? "")
    #expect(signer.opens("/a/b", expires: 100, signature: signature, now: 99))
    #expect(!signer.opens("/a/b", expires: 100, signature: signature, now: 100))
    #expect(!signer.opens("/a/c", expires: 100, signature: signature, now: 99))
    #expect(!signer.opens("/a/b", expires: 101, signature: signature, now: 99))
    #expect(!signer.opens("/a/b", expires: 100, signature: "", now: 99))
    #expect(try LinkSigner(keyFile: folder.file("key")).link("/a/b", expires: 100) == link)
  }
}

extension JSONValue {
  var count: Int? {
    guard case .array(let items) = self else { return nil }
    return items.count
  }

  var text: String? {
    guard case .string(let text) = self else { return nil }
    return text
  }
}
