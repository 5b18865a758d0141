internal import Foundation

/// Runs another program, never through a shell.
public enum Tool {
  public struct Outcome: Sendable {
    /// Exit status, or 128 + the signal that ended it.
    public var status: Int32
    public var output: [UInt8]
    public var errorText: String
    public var outputText: String { String(decoding: output, as: UTF8.self) }
  }

  /// A program that ended with another status than 0.
  public struct Failure: Error, CustomStringConvertible {
    public var command: String
    public var outcome: Outcome
    public var description: String {
      "'\(command)' ended with status \(outcome.status):\n\(outcome.errorText)"
    }
  }

  /// Runs `program`, found by `PATH` unless it has a `/`, and waits for its end.
  public static func run(
    _ program: String, _ arguments: [String], input: [UInt8] = [],
    environment: [String: String] = [:]
  ) throws -> Outcome {
    let process = Process()
    if program.contains("/") {
      process.executableURL = URL(fileURLWithPath: program)
      process.arguments = arguments
    } else {
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = [program] + arguments
    }
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    // Files on both sides: two pipes of a busy program have to be read at once.
    let folder = try TempFolder()
    let names = ["in", "out", "err"].map(folder.file)
    try folder.write(input, to: "in")
    try folder.write("", to: "out")
    try folder.write("", to: "err")
    process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: names[0]))
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: names[1]))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: names[2]))
    try process.run()
    process.waitUntilExit()
    let signalled = process.terminationReason == .uncaughtSignal
    return Outcome(
      status: process.terminationStatus + (signalled ? 128 : 0), output: try readBytes(names[1]),
      errorText: String(decoding: try readBytes(names[2]), as: UTF8.self))
  }

  /// Runs `program` and throws `Failure` unless it ends with status 0.
  @discardableResult
  public static func require(
    _ program: String, _ arguments: [String], input: [UInt8] = []
  ) throws -> Outcome {
    let outcome = try run(program, arguments, input: input)
    if outcome.status != 0 {
      throw Failure(command: ([program] + arguments).joined(separator: " "), outcome: outcome)
    }
    return outcome
  }

  /// Runs `ffmpeg`, quiet and overwriting.
  @discardableResult
  public static func ffmpeg(_ arguments: [String]) throws -> Outcome {
    try require("ffmpeg", ["-v", "error", "-nostdin", "-y"] + arguments)
  }
}
