import Foundation
import SceneDocument
import TestSupport

/// The built program, run as a user would.
enum ReelnodeProgram {
  /// Beside the test program, where the package manager puts both.
  static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("reelnode").path

  /// Runs it to its end.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) throws -> Tool.Outcome {
    try Tool.run(path, arguments, input: Array(input.utf8), environment: environment)
  }
}

extension Tool.Outcome {
  /// Standard output as the one JSON value that it must be.
  var json: JSONValue {
    get throws { try JSONDecoder().decode(JSONValue.self, from: Data(output)) }
  }

  /// The codes of the diagnostics on standard output.
  var codes: [String] {
    get throws { try json["diagnostics"]?.items.compactMap { $0["code"]?.string } ?? [] }
  }
}

extension JSONValue {
  var items: [JSONValue] { if case .array(let items) = self { items } else { [] } }
  var string: String? { if case .string(let text) = self { text } else { nil } }
  var number: Double? { if case .number(let number) = self { number } else { nil } }
  var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
}

/// A program that is under way, with what it writes to standard error.
final class RunningProgram {
  private let process = Process()
  private let errors = Pipe()
  private var text = ""

  /// - Parameter output: the file that standard output goes to; nil for none.
  init(
    _ arguments: [String], output: String? = nil, environment: [String: String] = [:]
  ) throws {
    process.executableURL = URL(fileURLWithPath: ReelnodeProgram.path)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    process.standardError = errors
    process.standardOutput = FileHandle.nullDevice
    if let output {
      try writeBytes([], to: output)
      process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
    }
    try process.run()
  }

  /// Waits until standard error has said `words`; false when it ended without.
  func hasSaid(_ words: String) -> Bool {
    while !text.contains(words) {
      let data = errors.fileHandleForReading.availableData
      if data.isEmpty { return false }
      text += String(decoding: data, as: UTF8.self)
    }
    return true
  }

  /// Waits until progress, told as JSON lines, has come so far; false when the program ended without.
  func hasRendered(frames: Int) -> Bool {
    var seen = 0
    while true {
      let lines = text.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
      for line in lines.dropFirst(seen) where line.hasPrefix("{") {
        let json = try? JSONDecoder().decode(JSONValue.self, from: Data(line.utf8))
        if Int(json?["frames_done"]?.number ?? 0) >= frames { return true }
      }
      seen = lines.count
      let data = errors.fileHandleForReading.availableData
      if data.isEmpty { return false }
      text += String(decoding: data, as: UTF8.self)
    }
  }

  var processIdentifier: Int32 { process.processIdentifier }

  var isRunning: Bool { process.isRunning }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for the end; 128 + the signal that ended it.
  func status() -> Int32 {
    while true {
      let data = errors.fileHandleForReading.availableData
      if data.isEmpty { break }
      text += String(decoding: data, as: UTF8.self)
    }
    process.waitUntilExit()
    let base: Int32 = process.terminationReason == .uncaughtSignal ? 128 : 0
    return base + process.terminationStatus
  }

  var errorText: String { text }
}
