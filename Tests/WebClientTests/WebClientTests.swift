import Foundation
import TestServers
import Testing
import WebClient

@Suite struct WebClientTests {
  static let web = WebClient(connectTimeout: .milliseconds(500))

  private func failure(
    _ work: () async throws -> Void, sourceLocation: SourceLocation = #_sourceLocation
  ) async -> WebFailure? {
    do { try await work() } catch {
      let failure = error as? WebFailure
      #expect(failure != nil, "\(error)", sourceLocation: sourceLocation)
      return failure
    }
    Issue.record("nothing failed", sourceLocation: sourceLocation)
    return nil
  }

  @Test("every status is an answer, with its headers and body")
  func statuses() async throws {
    for status in [200, 204, 404, 429, 500] {
      let server = ScriptedServer([
        .init(status: status, headers: ["Retry-After": "7"], body: status == 204 ? "" : "text")
      ])
      try await server.serving { address in
        let reply = try await Self.web.send(
          WebRequest(
            .post, address + "/a%20b?x=%2B", headers: [("X-One", "1")], body: .bytes([1, 2])))
        #expect(reply.status == status)
        #expect(reply.headers["RETRY-after"] == "7")
        #expect(reply.body == Array((status == 204 ? "" : "text").utf8))
      }
      let request = try #require(server.requests.first)
      #expect(request.path == "/a%20b" && request.query == "x=%2B")
      #expect(request.header("x-one") == "1" && request.body == [1, 2])
    }
  }

  @Test("a request that reached nobody is told from one whose answer was lost")
  func kinds() async throws {
    let notSent = await failure {
      _ = try await Self.web.send(WebRequest(.post, "http://127.0.0.1:9/"))
    }
    #expect(notSent?.kind == .notSent)
    let unknown = await failure {
      _ = try await Self.web.send(WebRequest(.post, "http://no-such-host.invalid/"))
    }
    #expect(unknown?.kind == .notSent)
    let broken = ScriptedServer([.init(status: 200, body: "0123456789", cut: 4)])
    try await broken.serving { address in
      let kind = await failure { _ = try await Self.web.send(WebRequest(.post, address)) }?.kind
      #expect(kind == .broken)
    }
    #expect(broken.requests.count == 1)
    let slow = ScriptedServer([.init(status: 200, delay: .milliseconds(800))])
    try await slow.serving { address in
      let request = WebRequest(.post, address, timeout: .milliseconds(300))
      let kind = await failure { _ = try await Self.web.send(request) }?.kind
      #expect(kind == .timedOut)
    }
  }

  @Test(
    "addresses and headers that cannot be sent are told so, and nothing is sent",
    arguments: ["", "no address", "ftp://host/x", "http://", "file:///etc/passwd"])
  func badAddresses(address: String) async throws {
    #expect(
      await failure { _ = try await Self.web.send(WebRequest(.get, address)) }?.kind == .badAddress)
  }

  @Test("a header with a line break is refused without naming its value")
  func badHeader() async throws {
    let server = ScriptedServer([.init(status: 200)])
    try await server.serving { address in
      let failure = await failure {
        _ = try await Self.web.send(
          WebRequest(.get, address, headers: [("Authorization", "secret\r\nX-Evil: 1")]))
      }
      #expect(failure?.kind == .badAddress)
      #expect(failure?.message.contains("secret") == false)
    }
    #expect(server.requests.isEmpty)
  }

  @Test("a reply longer than allowed is refused")
  func replyLimit() async throws {
    let server = ScriptedServer([.init(status: 200, body: String(repeating: "x", count: 5000))])
    try await server.serving { address in
      var request = WebRequest(.get, address)
      request.replyLimit = 4999
      let refused = request
      #expect(await failure { _ = try await Self.web.send(refused) }?.kind == .tooLarge)
      request.replyLimit = 5000
      let whole = try await Self.web.send(request)
      #expect(whole.body.count == 5000)
    }
  }

  @Test("a part of a file is sent as it is")
  func fileBody() async throws {
    let folder = try Folder()
    try Data((0..<600_000).map { UInt8(truncatingIfNeeded: $0) }).write(to: folder.url("in"))
    let server = ScriptedServer([.init(status: 200)])
    try await server.serving { address in
      let body = WebRequest.Body.file(path: folder.path("in"), range: 100..<500_000)
      _ = try await Self.web.send(WebRequest(.put, address, body: body))
    }
    let request = try #require(server.requests.first)
    #expect(request.body == (100..<500_000).map { UInt8(truncatingIfNeeded: $0) })
    #expect(request.header("content-length") == "499900")
  }

  @Test("a file that is missing, a folder, or shorter than was said is told as such")
  func badFile() async throws {
    let folder = try Folder()
    try Data("short".utf8).write(to: folder.url("in"))
    let server = ScriptedServer([.init(status: 200)])
    try await server.serving { address in
      for path in [folder.path("missing"), folder.path, folder.path("in")] {
        let body = WebRequest.Body.file(path: path, range: 0..<1000)
        let failure = await failure {
          _ = try await Self.web.send(WebRequest(.put, address, body: body))
        }
        #expect(failure?.kind == .file)
      }
    }
  }

  @Test("cancelling ends a request with CancellationError")
  func cancel() async throws {
    let server = ScriptedServer([.init(status: 200, delay: .milliseconds(700))])
    try await server.serving { address in
      let task = Task { try await Self.web.send(WebRequest(.get, address)) }
      while server.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
    }
  }

  @Test("keys are in no text", arguments: ["abcd-secret-key", "k y\n1234"])
  func secrets(value: String) throws {
    let secret = try #require(Secret(value))
    #expect("\(secret)" == "•••" && String(reflecting: secret) == "•••")
    #expect(!"\(Mirror(reflecting: secret).children.map { "\($0)" })".contains(secret.value))
    let text =
      "error for \(secret.value) at https://h/x?key=\(secret.value)&X-Amz-Signature=ab12&token=t0k.en&a=1"
    let clean = text.redacted([secret])
    for part in [secret.value, "ab12", "t0k.en"] { #expect(!clean.contains(part)) }
    #expect(clean.contains("a=1"))
    #expect(Secret(" \n") == nil)
  }
}

/// A new, empty folder that goes away with this object.
final class Folder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/reelnode-web-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func path(_ name: String) -> String { path + "/" + name }
  func url(_ name: String) -> URL { URL(fileURLWithPath: path(name)) }
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
  }
}
