import Foundation
import SceneDocument
import Synchronization
import TestSupport
import Testing

@testable import Previewing

/// The server as other programs on the machine meet it.
@Suite(.timeLimit(.minutes(20)))
struct PreviewServerTests {
  /// Runs a server for a document while `body` runs; `body` hears its port and its address' path.
  private func serving(
    _ body: @Sendable (_ port: Int, _ path: String) async throws -> Void
  ) async throws {
    let trial = try TrialProject()
    await trial.session.load()
    let server = PreviewServer(trial.session)
    let (addresses, told) = AsyncStream.makeStream(of: String.self)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await server.run { told.yield($0) } }
      var iterator = addresses.makeAsyncIterator()
      let address = try #require(await iterator.next())
      let url = try #require(URL(string: address))
      #expect(url.host() == "127.0.0.1")
      try await body(try #require(url.port), url.path() + (url.path().hasSuffix("/") ? "" : "/"))
      group.cancelAll()
    }
  }

  /// What the server answers to these very bytes, until it closes the connection.
  private func exchange(_ port: Int, _ bytes: String) async throws -> String {
    try await onThread {
      let outcome = try Tool.run(
        "bash", ["-c", #"exec 3<>"/dev/tcp/127.0.0.1/$1"; cat >&3; cat <&3"#, "bash", "\(port)"],
        input: Array(bytes.utf8))
      return outcome.outputText
    }
  }

  private func get(
    _ port: Int, _ path: String, host: String? = nil, more: String = ""
  ) async throws -> String {
    try await exchange(
      port,
      "GET \(path) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(port)")\r\nConnection: close\r\n\(more)\r\n"
    )
  }

  @Test("the page, its parts and its answers")
  func answers() async throws {
    try await serving { port, path in
      for part in ["", "page.css", "page.js", "state"] {
        let answer = try await get(port, path + part)
        #expect(answer.hasPrefix("HTTP/1.1 200"), "\(part)")
        #expect(answer.lowercased().contains("x-content-type-options: nosniff"))
        #expect(answer.lowercased().contains("content-security-policy: default-src 'none'"))
      }
      #expect(try await get(port, path + "frame?at=3").contains("image/jpeg"))
    }
  }

  @Test("other hosts, other sites and other addresses get nothing")
  func strangers() async throws {
    try await serving { port, path in
      let rebound = try await get(port, path, host: "evil.example:\(port)")
      #expect(rebound.hasPrefix("HTTP/1.1 421"))
      let wrongPort = try await get(port, path, host: "127.0.0.1:1")
      #expect(wrongPort.hasPrefix("HTTP/1.1 421"))
      let other = try await get(
        port, path + "state", more: "Origin: http://evil.example\r\n")
      #expect(other.hasPrefix("HTTP/1.1 403"))
      let null = try await get(port, path + "state", more: "Origin: null\r\n")
      #expect(null.hasPrefix("HTTP/1.1 403"))
      let own = try await get(
        port, path + "state", more: "Origin: http://localhost:\(port)\r\n")
      #expect(own.hasPrefix("HTTP/1.1 200"))
      for guess in ["/", "/state", "/" + String(repeating: "0", count: 32) + "/"] {
        #expect(try await get(port, guess).hasPrefix("HTTP/1.1 404"))
      }
      let post = try await exchange(
        port,
        "POST \(path)state HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
      )
      #expect(post.hasPrefix("HTTP/1.1 405"))
    }
  }

  @Test("garbage is refused and the server lives on")
  func garbage() async throws {
    try await serving { port, path in
      for query in [
        "at=-1", "at=x", "at=99999999999999999999", "", "at=3&width=-4", "at=3&format=gif",
        "at=%FF%00", "at=3&width=1e9",
      ] {
        let answer = try await get(port, path + "frame?" + query)
        #expect(answer.hasPrefix("HTTP/1.1 400"), "\(query): \(answer.prefix(60))")
      }
      #expect(try await get(port, path + "frame?at=90").hasPrefix("HTTP/1.1 404"))
      // Each is followed by a whole request, so that the server has no reason to wait for more.
      let whole = "GET / HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n"
      for bytes in [
        "\r\n\r\n", "GET\r\n\r\n", "\u{0}\u{1}\u{2}\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
        "GET \(path)../../etc/passwd HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\n\r\n",
        "GET \(path) HTTP/1.1\r\n\r\n",
      ] {
        let answer = try await exchange(port, bytes + whole)
        #expect(!answer.contains("HTTP/1.1 200"), "\(bytes)")
      }
      // Picks nothing of a picture wider than the film, and one of a few pixels.
      for width in [0, 1, 2_000_000_000] {
        #expect(
          try await get(port, path + "frame?at=3&width=\(width)").hasPrefix("HTTP/1.1 200"))
      }
      #expect(try await get(port, path + "state").hasPrefix("HTTP/1.1 200"))
    }
  }

  @Test("a port that is taken is told")
  func portTaken() async throws {
    try await serving { port, _ in
      let trial = try TrialProject()
      await #expect(throws: PreviewServer.PortInUse.self) {
        try await PreviewServer(trial.session, port: port).run { _ in }
      }
    }
  }
}
