internal import Foundation
internal import Glibc
internal import Subprocess
internal import SystemPackage

/// A program that reads somebody else's file: with limits on its memory, processor time, life and output, an empty
/// input, and an environment without this process's secrets.
struct LimitedChild {
  struct Output {
    var status: Int32
    var bytes: [UInt8]
  }
  let executable: String
  let arguments: [String]
  /// Given as the last arguments after the others; also what errors are about.
  let path: String
  /// What follows the path.
  var trailing: [String] = []
  let limits: BriefLimits

  /// Throws `BriefError` where a limit or a signal ended it; an exit code is the caller's to judge.
  func run(output most: Int) async throws -> Output {
    let full = URL(fileURLWithPath: path).path
    // util-linux is part of every Debian. The kernel's limits hold for whatever the program does.
    let options = ChildLimitOptions(
      memory: UInt64(limits.childMemory), processorSeconds: UInt64(limits.childProcessorSeconds),
      fileSize: 0)
    let all = options.list + [executable] + arguments + [full] + trailing
    do {
      return try await withThrowingTaskGroup(of: Output?.self) { group in
        group.addTask { try await Self.start(all, most) }
        group.addTask {
          try await Task.sleep(for: .seconds(limits.childSeconds))
          return nil
        }
        defer { group.cancelAll() }
        guard let first = try await group.next(), let output = first else {
          throw exceeded("took more than \(limits.childSeconds) s")
        }
        return try judged(output)
      }
    } catch let error as SubprocessError {
      try Task.checkCancellation()
      throw translated(error, most)
    }
  }

  private static func start(_ arguments: [String], _ most: Int) async throws -> Output {
    let outcome = try await Subprocess.run(
      .path("/usr/bin/prlimit"), arguments: Arguments(arguments),
      environment: .custom(["PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"]),
      input: .none, output: .bytes(limit: most), error: .discarded)
    let status: Int32 =
      switch outcome.terminationStatus {
      case .exited(let code): code
      // As shells say it.
      case .signaled(let number): 128 + number
      }
    return Output(status: status, bytes: outcome.standardOutput)
  }

  private func judged(_ output: Output) throws -> Output {
    switch output.status {
    case 128 + SIGXCPU:
      throw exceeded("took more than \(limits.childProcessorSeconds) s of processor time")
    // What C++ programs do when an allocation fails.
    case 128 + SIGABRT:
      throw exceeded("needed more than \(limits.childMemory >> 20) MiB of memory, or gave up")
    case 126, 127: throw Self.missing(executable, path)
    case 129...:
      throw BriefError(
        .crashed, path,
        "'\(executable)' was ended by signal \(output.status - 128) while it read the file",
        advice:
          "if it happens again: print the document into a new PDF, or give the text as .md or .txt")
    default: return output
    }
  }

  private func exceeded(_ what: String) -> BriefError {
    BriefError(
      .limit, path, "reading it \(what)",
      advice: "print the document into a new PDF, or give the text as .md or .txt")
  }

  private func translated(_ error: SubprocessError, _ most: Int) -> BriefError {
    if error.code == .outputLimitExceeded {
      return exceeded("gave more than \(most >> 20) MiB of text")
    }
    if error.code == .executableNotFound { return Self.missing("prlimit", path) }
    return BriefError(
      .missingTool, path, "'\(executable)' could not be run: \(error)",
      advice: "check that the machine has memory and processes left")
  }

  static func missing(_ program: String, _ path: String) -> BriefError {
    let packages = ["pdftotext": "poppler-utils", "prlimit": "util-linux"]
    let name = URL(fileURLWithPath: program).lastPathComponent
    return BriefError(
      .missingTool, path, "the program '\(name)' is missing on this machine",
      advice: packages[name].map { "install Debian's package \($0) (apt-get install \($0))" }
        ?? "check the program's installation")
  }
}
