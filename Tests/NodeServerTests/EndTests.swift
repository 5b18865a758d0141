import Foundation
import Testing

@testable import NodeServer

@Suite struct EndTests {
  @Test(
    "a server that ends cuts bodies that do not come, and nothing waits for them",
    arguments: ["/api/v1/events", "/api/v1/documents", "/e/k"])
  func halfBody(_ path: String) async throws {
    let node = try ProductBench.node()
    var settings = node.settings
    (settings.endPatience, settings.endBodyPatience) = (.seconds(600), .milliseconds(50))
    settings.bodyPatience = .seconds(600)
    let server = try NodeService(node.backend, settings: settings)
    let (addresses, teller) = AsyncStream<String>.makeStream()
    let serving = Task { try await server.run { teller.yield($0) } }
    var iterator = addresses.makeAsyncIterator()
    let client = TestClient(address: try #require(await iterator.next()))
    let head =
      "POST \(path) HTTP/1.1\r\n"
      + client.head("Content-Type: text/plain", "Content-Length: 1000", "Expect: 100-continue")
    let rest = try await client.raw(head + "{") { connection in
      // The server has taken the request in when it answers another one that came later.
      #expect(try await client.get("/health").status == 200)
      serving.cancel()
      return try await connection.read { _ in false }
    }
    #expect(!rest.contains("HTTP/1.1 200"))
    try await serving.value
  }
}
