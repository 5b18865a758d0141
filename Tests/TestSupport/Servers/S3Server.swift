internal import Foundation

/// The real S3 server of `Scripts/lib/object-store.sh`, one for all tests of this process. It ends with the process.
public struct S3Server: Sendable {
  public let endpoint: String
  public let region: String
  public let accessKey: String
  public let secretKey: String

  /// Nil only where it cannot be installed; a fault where `REELNODE_REQUIRE_SERVERS` is set.
  public static func running() async throws -> S3Server {
    try await start.value
  }

  /// For `.enabled(if:)`: tests are left out, with a word why, where there is no such server and none is demanded.
  public static var isThere: Bool {
    let paths = ["account", "container", "object", "proxy"].map { "/usr/bin/swift-\($0)-server" }
    if paths.allSatisfy(FileManager.default.isExecutableFile) { return true }
    if ProcessInfo.processInfo.environment["REELNODE_REQUIRE_SERVERS"] != nil { return true }
    return canInstall
  }

  public static let whyNot =
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
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
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
    guard let endpoint = values["endpoint"], let region = values["region"],
      let accessKey = values["access_key"], let secretKey = values["secret_key"]
    else { throw Failure() }
    return S3Server(
      endpoint: endpoint, region: region, accessKey: accessKey, secretKey: secretKey)
  }

  struct Failure: Error, CustomStringConvertible {
    var description: String { "the S3 server did not start; what it said is above" }
  }
}
