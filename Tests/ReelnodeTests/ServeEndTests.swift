import Foundation
import TestSupport
import Testing
import WebClient

@Suite(.timeLimit(.minutes(20))) struct ServeEndTests {
  @Test("a node that is told to end closes the streams of its clients, and ends in order")
  func streams() async throws {
    let folder = try TempFolder()
    let node = try RunningProgram([
      "serve", "--port", "0", "--node", folder.file("node"), "--cache", folder.file("cache"),
    ])
    try #require(node.hasSaid("serving http://127.0.0.1:"), "\(node.errorText)")
    let address = String(
      try #require(node.errorText.firstMatch(of: /http:\/\/127\.0\.0\.1:[0-9]+/)).0)
    let client = WebClient()
    // A reply is whole only where the stream was closed with its last chunk.
    async let stream = client.send(
      WebRequest(.get, address + "/api/v1/live", timeout: .seconds(900)))
    func clients() async throws -> Bool {
      let metrics = try await client.send(WebRequest(.get, address + "/metrics"))
      return String(decoding: metrics.body, as: UTF8.self).contains("reelnode_live_clients 1\n")
    }
    while try await !clients() { try await Task.sleep(for: .milliseconds(20)) }
    node.send(SIGTERM)
    let reply = try await stream
    #expect(reply.status == 200)
    #expect(String(decoding: reply.body, as: UTF8.self).contains("event: hello"))
    #expect(node.status() == 0, "\(node.errorText)")
  }

  @Test(
    "what cannot be an app's address or a delay is refused",
    arguments: [
      ["--app", "localhost:9100"], ["--app", "ftp://localhost/x"], ["--app-retry-delay", "soon"],
      ["--app-retry-delay", "1ms"],
    ])
  func refused(arguments: [String]) throws {
    let folder = try TempFolder()
    let outcome = try ReelnodeProgram.run(
      ["serve", "--port", "0", "--node", folder.file("node")] + arguments)
    #expect(outcome.status == 2)
    #expect(outcome.errorText.contains(arguments[0]))
  }
}
