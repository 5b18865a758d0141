import Foundation
import Storage
import Synchronization
import TestServers
import Testing
import WebClient

@testable import ObjectStores

extension S3Server {
  /// Why tests are left out.
  static var reason: Comment { Comment(rawValue: whyNot) }

  /// A store in a bucket of its own, whose name begins with `name`.
  func store(
    _ name: String, retry: RetryPolicy = .quick, change: (inout S3Settings) -> Void = { _ in }
  ) async throws -> S3Store {
    var settings = try settings(bucket: name + "-" + UUID().uuidString.lowercased().prefix(8))
    change(&settings)
    let store = try S3Store(settings, web: .shared, retry: retry)
    try await store.makeBucket()
    return store
  }

  func settings(bucket: String) throws -> S3Settings {
    S3Settings(
      endpoint: endpoint, region: region, bucket: bucket,
      accessKey: try #require(Secret(accessKey)), secretKey: try #require(Secret(secretKey)))
  }
}

extension RetryPolicy {
  /// Waits no time.
  static var quick: RetryPolicy {
    RetryPolicy(attempts: 4, firstWaitMS: 0, longestWaitMS: 0, random: { 0 })
  }
}

extension WebClient {
  static let shared = WebClient()
}

/// A new, empty folder that goes away with this object.
final class TestFolder: Sendable {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory.path + "/reelnode-stores-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func file(_ name: String) -> String { path + "/" + name }

  /// A file of `size` bytes that look random, the same for the same seed.
  func write(_ name: String, size: Int, seed: UInt64 = 1) throws -> String {
    let path = file(name)
    _ = FileManager.default.createFile(atPath: path, contents: nil)
    let handle = try #require(FileHandle(forWritingAtPath: path))
    defer { try? handle.close() }
    var state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    var block = (0..<min(size, 1 << 20)).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state >> 32)
    }
    var (left, number) = (size, 0)
    while left > 0 {
      // The same block again, but for its beginning.
      for (place, byte) in "\(number)".utf8.enumerated() where place < block.count {
        block[place] = byte
      }
      try handle.write(contentsOf: Data(block.prefix(left)))
      (left, number) = (left - min(left, block.count), number + 1)
    }
    return path
  }

  func write(_ name: String, _ text: String) throws -> String {
    try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
    return file(name)
  }
}

func bytes(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: URL(fileURLWithPath: path)))
}
