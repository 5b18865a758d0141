import Foundation
import Storage
import TestServers
import Testing
import WebClient

@testable import ObjectStores

/// Large files, which go resumably.
@Suite struct SupabaseChunksTests {
  private static let size = 2 * 6_291_456 + 1000

  private func serving(
    size: Int = size,
    _ work: @escaping @Sendable (SupabaseServer, String, String) async throws -> Void
  ) async throws {
    let server = SupabaseServer()
    await server.makeBucket("films")
    let folder = try TestFolder()
    let path = try folder.write("in", size: size)
    try await server.serving { try await work(server, $0, path) }
    withExtendedLifetime(folder) {}
  }

  private func put(_ path: String, _ store: SupabaseStore) async throws {
    try await store.put(fileAt: path, as: "big file", contentType: "video/mp4", sha256: nil)
  }

  private func methods(_ server: SupabaseServer) async -> [String] {
    await server.requests.filter { $0.contains("resumable") }
      .compactMap { $0.split(separator: " ").first.map(String.init) }
  }

  @Test("a large file goes in chunks and is there whole")
  func whole() async throws {
    try await serving { server, endpoint, path in
      try await put(path, SupabaseStoreTests.store(endpoint))
      #expect(try await server.content("films", "big file") == bytes(path))
      #expect(await server.contentType("films", "big file") == "video/mp4")
      #expect(await server.cacheControl("films", "big file") == "max-age=3600")
      #expect(await methods(server) == ["POST", "HEAD", "PATCH", "PATCH", "PATCH"])
    }
  }

  @Test(
    "after a broken connection it goes on from where the service is",
    arguments: [
      SupabaseServer.Trouble.cutUpload(after: 1_000_000), .closed, .lostAnswer,
      .page(http: 423, "locked"), .page(http: 503, "acquiring lock timeout"),
      .page(http: 500, "Something went wrong with that request"),
      .page(http: 409, "Upload-Offset conflict"),
    ])
  func broken(trouble: SupabaseServer.Trouble) async throws {
    try await serving { server, endpoint, path in
      await server.next("PATCH", "resumable", trouble)
      try await put(path, SupabaseStoreTests.store(endpoint))
      #expect(try await server.content("films", "big file") == bytes(path))
      #expect(await methods(server).filter { $0 == "POST" }.count == 1)
    }
  }

  @Test("the last answer may be lost, though the service then knows the upload no more")
  func lostEnd() async throws {
    try await serving(size: 6_291_456 + 5) { server, endpoint, path in
      let store = try SupabaseStoreTests.store(endpoint)
      await server.next("HEAD", "resumable", .page(http: 502, "<html>"))
      await server.next("PATCH", "resumable", .closed)
      // The second chunk, which is the last.
      await server.next("PATCH", "resumable", .page(http: 504, "<html>"))
      await server.next("PATCH", "resumable", .lostAnswer)
      try await put(path, store)
      #expect(try await server.content("films", "big file") == bytes(path))
    }
  }

  @Test("an upload that was given up goes on with the next put")
  func resume() async throws {
    try await serving { server, endpoint, path in
      let store = try SupabaseStoreTests.store(endpoint)
      for _ in 0..<4 {
        await server.next("HEAD", "resumable", .page(http: 502, "<html>"))
      }
      await #expect { try await self.put(path, store) } throws: {
        ($0 as? ObjectStoreError)?.isRetryable == true
      }
      #expect(await server.content("films", "big file") == nil)
      try await put(path, store)
      #expect(try await server.content("films", "big file") == bytes(path))
      #expect(await methods(server).filter { $0 == "POST" }.count == 1)
    }
  }

  @Test("an address that has expired is replaced by a new upload")
  func expired() async throws {
    try await serving { server, endpoint, path in
      let store = try SupabaseStoreTests.store(endpoint)
      for _ in 0..<4 { await server.next("PATCH", "resumable", .page(http: 502, "<html>")) }
      await #expect(throws: ObjectStoreError.self) { try await self.put(path, store) }
      await server.advance(seconds: 4000)
      try await put(path, store)
      #expect(try await server.content("films", "big file") == bytes(path))
      #expect(await methods(server).filter { $0 == "POST" }.count == 2)
    }
  }

  @Test("keys go to the store's own host, whatever address the service names")
  func locations() async throws {
    try await serving { server, endpoint, path in
      let stranger = ScriptedServer([.init(status: 204)])
      try await stranger.serving { other in
        await server.rewriteLocations(to: other)
        try await self.put(path, SupabaseStoreTests.store(endpoint))
      }
      #expect(stranger.requests.isEmpty)
      #expect(try await server.content("films", "big file") == bytes(path))
    }
  }

  @Test(
    "plain errors of uploads have their kinds",
    arguments: [
      (400, "Invalid upload-length", ObjectStoreError.Kind.permanent),
      (403, "new row violates row-level security policy", .denied),
      (404, "Bucket not found", .permanent),
      (409, "The resource already exists", .exists), (412, "Tus-Resumable Required", .permanent),
      (413, "Maximum size exceeded", .tooLarge), (500, "Something went wrong", .retry),
      (503, "acquiring lock timeout", .retry), (423, "locked", .retry),
    ])
  func plainErrors(status: Int, text: String, kind: ObjectStoreError.Kind) async throws {
    try await serving(size: 6_291_457) { server, endpoint, path in
      for _ in 0..<4 { await server.next("POST", "resumable", .page(http: status, text)) }
      await #expect { try await self.put(path, SupabaseStoreTests.store(endpoint)) } throws: {
        ($0 as? ObjectStoreError)?.kind == kind
      }
    }
  }

  @Test("of two who create one key with the same content both succeed")
  func twoWriters() async throws {
    try await serving { server, endpoint, path in
      let one = try SupabaseStoreTests.store(endpoint) { $0.replaces = false }
      let two = try SupabaseStoreTests.store(endpoint) { $0.replaces = false }
      async let first: Void = put(path, one)
      async let second: Void = put(path, two)
      _ = try await (first, second)
      #expect(try await server.content("films", "big file") == bytes(path))
    }
  }

  @Test("a cancelled upload shows nothing")
  func cancel() async throws {
    try await serving(size: 8 * 6_291_456) { server, endpoint, path in
      let store = try SupabaseStoreTests.store(endpoint)
      let task = Task { try await self.put(path, store) }
      while await !server.requests.contains(where: { $0.hasPrefix("PATCH") }) { await Task.yield() }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      #expect(await server.keys("films").isEmpty)
    }
  }
}
