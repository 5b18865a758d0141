import Foundation
import Storage
import Synchronization
import TestServers
import Testing
import WebClient

@testable import ObjectStores

/// Large files, against the real server.
@Suite(.enabled(if: S3Server.isThere, S3Server.reason)) struct S3PartsTests {
  private func store(_ name: String) async throws -> S3Store {
    try await S3Server.running().store(name) {
      $0.partSize = 5 << 20
      $0.partsAbove = 6 << 20
    }
  }

  @Test("a large file goes in parts and comes back whole")
  func roundTrip() async throws {
    let folder = try TestFolder()
    let store = try await store("parts")
    let path = try folder.write("in", size: (11 << 20) + 17)
    let sha256 = try ContentHash.of(path).sha256
    try await store.put(fileAt: path, as: "big 큰+", contentType: "video/mp4", sha256: sha256)
    let facts = try #require(try await store.facts(of: "big 큰+"))
    #expect(facts.size == (11 << 20) + 17)
    #expect(facts.etag.hasSuffix("-3"))
    #expect(facts.contentType == "video/mp4")
    _ = try await store.get("big 큰+", to: folder.file("out"), sha256: sha256)
    #expect(try await store.uploads(prefix: "").isEmpty)
    // Kept by another name for the same length: read across the border of two parts.
    let border = try await store.read("big 큰+", bytes: (5 << 20) - 3..<(5 << 20) + 3)
    #expect(try border == Array(bytes(path)[(5 << 20) - 3..<(5 << 20) + 3]))
  }

  @Test("an upload that was cut short shows nothing, and the next one goes on from there")
  func resume() async throws {
    let folder = try TestFolder()
    let store = try await store("resume")
    let path = try folder.write("in", size: 12 << 20)
    // As a process leaves it that was killed after one part.
    let begun = try await store.send(
      store.call(.post, "big", query: [("uploads", "")]), key: "big")
    let id = try #require(S3Element(begun.body)?["UploadId"])
    let hash = try ContentHash.of(path, range: 0..<5 << 20)
    _ = try await store.send(
      store.call(.put, "big", query: [("partNumber", "1"), ("uploadId", id)]), key: "big",
      body: .file(path: path, range: 0..<5 << 20), payload: hash.sha256)
    #expect(try await store.facts(of: "big") == nil)
    #expect(try await store.uploads(prefix: "").map(\.id) == [id])
    try await store.put(fileAt: path, as: "big", contentType: "video/mp4", sha256: nil)
    #expect(try await store.uploads(prefix: "").isEmpty)
    _ = try await store.get("big", to: folder.file("out"), sha256: ContentHash.of(path).sha256)
  }

  @Test("parts that another file left under the same key do not get into the object")
  func foreignParts() async throws {
    let folder = try TestFolder()
    let store = try await store("foreign")
    let mine = try folder.write("mine", size: 12 << 20, seed: 1)
    let theirs = try folder.write("theirs", size: 12 << 20, seed: 2)
    let begun = try await store.send(
      store.call(.post, "big", query: [("uploads", "")]), key: "big")
    let id = try #require(S3Element(begun.body)?["UploadId"])
    for number in 1...2 {
      let range = Int64(number - 1) * (5 << 20)..<Int64(number) * (5 << 20)
      _ = try await store.send(
        store.call(.put, "big", query: [("partNumber", "\(number)"), ("uploadId", id)]), key: "big",
        body: .file(path: theirs, range: range),
        payload: ContentHash.of(theirs, range: range).sha256)
    }
    try await store.put(fileAt: mine, as: "big", contentType: "video/mp4", sha256: nil)
    _ = try await store.get("big", to: folder.file("out"), sha256: ContentHash.of(mine).sha256)
  }

  @Test("two who put the same large file at the same time both succeed")
  func twoWriters() async throws {
    let folder = try TestFolder()
    let store = try await store("two")
    let path = try folder.write("in", size: 12 << 20)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<2 {
        group.addTask {
          try await store.put(fileAt: path, as: "big", contentType: "video/mp4", sha256: nil)
        }
      }
      try await group.waitForAll()
    }
    _ = try await store.get("big", to: folder.file("out"), sha256: ContentHash.of(path).sha256)
  }

  @Test("a cancelled upload leaves no object")
  func cancel() async throws {
    let folder = try TestFolder()
    let store = try await store("cancel")
    let path = try folder.write("in", size: 40 << 20)
    let task = Task {
      try await store.put(fileAt: path, as: "big", contentType: "video/mp4", sha256: nil)
    }
    // Once a part is under way at the latest.
    while try await store.uploads(prefix: "").isEmpty { await Task.yield() }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try await store.facts(of: "big") == nil)
    #expect(try await store.removeAbandoned(olderThan: .seconds(3600)) == 0)
    let later = try S3Store(
      store.settings, web: .shared, retry: RetryPolicy(clock: ShiftedClock(milliseconds: 240_000)))
    #expect(try await later.removeAbandoned(olderThan: .seconds(60)) == 1)
    #expect(try await store.uploads(prefix: "").isEmpty)
  }

  @Test("200 MB go up and come down through little memory")
  func memory() async {
    // A process of its own: tests beside this one take memory too.
    await #expect(processExitsWith: .success) {
      let folder = try TestFolder()
      let store = try await S3Server.running().store("memory")
      let path = try folder.write("in", size: 200_000_000)
      let sha256 = try ContentHash.of(path).sha256
      let before = try peakMemory()
      try await store.put(fileAt: path, as: "big", contentType: "video/mp4", sha256: sha256)
      _ = try await store.get("big", to: folder.file("out"), sha256: sha256)
      let taken = try peakMemory() - before
      try #require(taken < 100 << 20, "\(taken >> 20) MiB")
    }
  }
}

/// Bytes of memory that this process has had at most.
private func peakMemory() throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
  return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) }) * 1024
}
