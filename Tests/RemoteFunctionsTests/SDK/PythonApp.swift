import Foundation
import Synchronization
import TestSupport
import Testing

/// The app of `Fixtures/inngest`, executed by Python with the official SDK. It ends with its owner.
final class PythonApp: Sendable {
  /// Where it is served.
  let url: String
  private let log: String
  private let input = Pipe()

  /// `server`: where it registers and sends events.
  init(server: String) throws {
    let folder = try #require(Self.sdk, Self.whyNot)
    log = NSTemporaryDirectory() + "app-" + UUID().uuidString + ".log"
    #expect(FileManager.default.createFile(atPath: log, contents: nil))
    let process = Process()
    process.executableURL = URL(fileURLWithPath: folder + "/bin/python")
    process.arguments = [Self.root.appendingPathComponent("Fixtures/inngest/app.py").path]
    process.environment = ProcessInfo.processInfo.environment.merging([
      "INNGEST_DEV": "1", "INNGEST_BASE_URL": server, "APP_LOG": log,
      "PYTHONDONTWRITEBYTECODE": "1",
    ]) { $1 }
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    url = output.fileHandleForReading.firstLine()
    #expect(url.hasPrefix("http://"), "the app did not begin")
  }

  deinit {
    try? input.fileHandleForWriting.close()
    try? FileManager.default.removeItem(atPath: log)
  }

  /// What was executed, in order.
  var lines: [String] {
    let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").map(String.init)
  }

  func count(_ line: String) -> Int { lines.count { $0 == line } }

  // MARK: The SDK

  static let whyNot: Comment =
    "the Inngest SDK for Python cannot be installed here; run Scripts/lib/inngest-sdk.sh"

  /// For `.enabled(if:)`: where it is demanded and missing, the tests fail.
  static var isThere: Bool {
    sdk != nil || ProcessInfo.processInfo.environment["REELNODE_REQUIRE_SERVERS"] != nil
  }

  /// The virtual environment; made where it is missing.
  private static let sdk: String? = {
    let process = Process()
    process.executableURL = root.appendingPathComponent("Scripts/lib/inngest-sdk.sh")
    let output = Pipe()
    process.standardOutput = output
    guard (try? process.run()) != nil else { return nil }
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let folder = text.trimmingCharacters(in: .whitespacesAndNewlines)
    return folder.isEmpty ? nil : folder
  }()

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}
