import Foundation
import Storage
import Synchronization
import Testing
import WebClient

@testable import ObjectStores

/// The real S3 server of `Scripts/lib/object-store.sh`, one for all tests of this process. It ends with the process.
struct S3Server: Sendable {
  let endpoint: String
  let region: String
  let accessKey: String
  let secretKey: String

  /// Nil only where it cannot be installed; a fault where `REELNODE_REQUIRE_SERVERS` is set.
  static func running() async throws -> S3Server {
    try await start.value
  }

  /// For `.enabled(if:)`: tests are left out, with a word why, where there is no such server and none is demanded.
  static var isThere: Bool {
    let paths = ["account", "container", "object", "proxy"].map { "/usr/bin/swift-\($0)-server" }
    if paths.allSatisfy(FileManager.default.isExecutableFile) { return true }
    if ProcessInfo.processInfo.environment["REELNODE_REQUIRE_SERVERS"] != nil { return true }
    return canInstall
  }

  static let whyNot: Comment =
    "the S3 server cannot be installed here; run Scripts/lib/object-store.sh install as root"

  private static let canInstall: Bool = {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: script)
    process.arguments = ["install"]
    guard (try? process.run()) != nil else { return false }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }()

  private static let script: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    return root.appendingPathComponent("Scripts/lib/object-store.sh").path
  }()

  /// Both ends are kept: the server goes when its input ends, which it does with this process.
  private static let input = Pipe()

  private static let start = Task<S3Server, any Error> {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: script)
    process.arguments = ["run"]
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var text = ""
    while !text.contains("secret_key="), !text.hasSuffix("\n\n") {
      let piece = output.fileHandleForReading.availableData
      if piece.isEmpty { throw Failure() }
      text += String(decoding: piece, as: UTF8.self)
    }
    var values: [String: String] = [:]
    for line in text.split(separator: "\n") {
      let parts = line.split(separator: "=", maxSplits: 1)
      if parts.count == 2 { values[String(parts[0])] = String(parts[1]) }
    }
    return S3Server(
      endpoint: try #require(values["endpoint"]), region: try #require(values["region"]),
      accessKey: try #require(values["access_key"]), secretKey: try #require(values["secret_key"]))
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String { "the S3 server did not start; what it said is above" }
  }

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
