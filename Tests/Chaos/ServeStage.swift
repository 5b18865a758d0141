import ArgumentParser
import Foundation
import WebClient

/// A folder with a node and an app, each a process that can be killed and begins again at the same address.
final class ServeStage {
  private let reelnode: String
  private let python: String
  private let folder: String
  private let client = WebClient()
  private var node: Process?
  private var app: Process?
  private var appInput: Pipe?
  private var nodePort = 0
  private var appPort = 0
  private var starts = 0
  /// When the node was killed, and when it served again; milliseconds since 1970.
  private(set) var downtimes: [ClosedRange<Int64>] = []
  private(set) var nodeKills: [Int64] = []
  private(set) var appKills = 0
  private var downSince: Int64?

  init(reelnode: String, python: String) throws {
    (self.reelnode, self.python) = (reelnode, python)
    folder = NSTemporaryDirectory() + "serve-chaos-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    _ = FileManager.default.createFile(atPath: log, contents: nil)
  }

  var log: String { folder + "/app.log" }
  var database: String { folder + "/node/reelnode.db" }
  var address: String { "http://127.0.0.1:\(nodePort)" }

  /// Ends what is under way too.
  func remove() {
    for process in [node, app].compactMap(\.self) where process.isRunning {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
    try? FileManager.default.removeItem(atPath: folder)
  }

  // MARK: The node

  /// Begins the node where it was; returns when it answers, unless that is not awaited.
  func startNode(isAwaited: Bool = true) async throws {
    starts += 1
    let output = "\(folder)/node-\(starts).log"
    let process = try begin(
      reelnode,
      ["serve", "--port", "\(nodePort)", "--node", folder + "/node", "--cache", folder + "/cache"]
        + ["--app-retry-delay", "200ms"]
        + (appPort == 0 ? [] : ["--app", "http://127.0.0.1:\(appPort)/api/inngest"]), output)
    node = process
    guard isAwaited else { return }
    while true {
      let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
      if let match = text.firstMatch(of: /serving http:\/\/127\.0\.0\.1:([0-9]+)\//) {
        nodePort = Int(match.1) ?? 0
        break
      }
      guard process.isRunning else {
        throw ValidationError("the node did not begin: \(text.suffix(2_000))")
      }
      try await Task.sleep(for: .milliseconds(5))
    }
    if let since = downSince { downtimes.append(since...Self.now) }
    downSince = nil
    try? FileManager.default.removeItem(atPath: "\(folder)/node-\(starts - 1).log")
  }

  /// Kills the node, or asks it to end, and gives its status.
  @discardableResult
  func stopNode(with signal: Int32) async throws -> Int32 {
    guard let process = node else { return 0 }
    downSince = downSince ?? Self.now
    guard process.isRunning else {
      let text = try? String(contentsOfFile: "\(folder)/node-\(starts).log", encoding: .utf8)
      throw ValidationError(
        "the node ended by itself with status \(process.terminationStatus): \(text?.suffix(2_000) ?? "")"
      )
    }
    kill(process.processIdentifier, signal)
    process.waitUntilExit()
    if signal == SIGKILL { nodeKills.append(Self.now) }
    node = nil
    return process.terminationStatus
  }

  /// Ends both as one would; gives the node's status.
  func end() async throws -> Int32 {
    let status = try await stopNode(with: SIGTERM)
    try appInput?.fileHandleForWriting.close()
    app?.waitUntilExit()
    return status
  }

  // MARK: The app

  func startApp() async throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [Self.root.appendingPathComponent("Fixtures/inngest/chaos.py").path]
    process.environment = ProcessInfo.processInfo.environment.merging([
      "INNGEST_DEV": "1", "INNGEST_BASE_URL": address, "APP_LOG": log, "APP_PORT": "\(appPort)",
      "PYTHONDONTWRITEBYTECODE": "1",
    ]) { $1 }
    let (input, output) = (Pipe(), Pipe())
    process.standardInput = input
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    (app, appInput) = (process, input)
    var text = ""
    while !text.hasSuffix("\n") {
      let piece = output.fileHandleForReading.availableData
      if piece.isEmpty { throw ValidationError("the app did not begin") }
      text += String(decoding: piece, as: UTF8.self)
    }
    appPort = text.firstMatch(of: /127\.0\.0\.1:([0-9]+)/).flatMap { Int($0.1) } ?? 0
  }

  func killApp() throws {
    guard let process = app else { return }
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    appKills += 1
    app = nil
  }

  /// Returns when the app executes nothing that a node which is dead has asked for.
  func waitForIdleApp() async {
    for _ in 0..<2 {
      let request = WebRequest(.get, "http://127.0.0.1:\(appPort)/idle", timeout: .seconds(90))
      _ = try? await client.send(request)
      try? await Task.sleep(for: .milliseconds(30))
    }
  }

  // MARK: Processes

  private func begin(_ program: String, _ arguments: [String], _ output: String) throws -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    _ = FileManager.default.createFile(atPath: output, contents: nil)
    let handle = FileHandle(forWritingAtPath: output)
    process.standardError = handle
    process.standardOutput = FileHandle.nullDevice
    try process.run()
    return process
  }

  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// Throws where the SDK cannot be installed here.
  static func installedSDK() throws -> String {
    let process = Process()
    process.executableURL = root.appendingPathComponent("Scripts/lib/inngest-sdk.sh")
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let folder = text.trimmingCharacters(in: .whitespacesAndNewlines)
    if folder.isEmpty { throw ValidationError("the Inngest SDK for Python is not installed") }
    return folder + "/bin/python"
  }
}
