internal import Foundation
internal import Subprocess
internal import Synchronization
internal import SystemPackage

/// A render child as its worker sees it: requests go in, replies come out, and its end is told.
///
/// One request at a time. `kill` ends the child at any moment; what it was at throws `ChildEnd`.
actor ChildSession {
  private let executable: String
  private let arguments: [String]
  private var running: Task<Void, Never>?
  private var input: AsyncStream<String>.Continuation?
  /// Who waits for the end of the request under way.
  private var waiting: CheckedContinuation<ChildReply, any Error>?
  private var hear: (@Sendable (ChildReply) -> Void)?
  private var end: ChildEnd?

  init(executable: String, arguments: [String]) {
    (self.executable, self.arguments) = (executable, arguments)
  }

  /// Sends a request and waits for its answer; `progress` hears what comes before it.
  func ask(
    _ request: ChildRequest, progress: @escaping @Sendable (ChildReply) -> Void
  ) async throws -> ChildReply {
    if let end { throw end }
    if running == nil { start() }
    let line = String(decoding: try JSONEncoder().encode(request), as: UTF8.self) + "\n"
    return try await withCheckedThrowingContinuation { continuation in
      waiting = continuation
      hear = progress
      input?.yield(line)
    }
  }

  /// Sends a word that has no answer of its own.
  func tell(_ request: ChildRequest) {
    guard let line = try? JSONEncoder().encode(request) else { return }
    input?.yield(String(decoding: line, as: UTF8.self) + "\n")
  }

  /// Ends the process at once; one that has not begun never begins. Returns when it is gone.
  func kill() async {
    guard let running else {
      end = end ?? .killed
      return
    }
    running.cancel()
    await running.value
  }

  /// Lets the process end by itself, which it does when it has nothing to do. Returns when it is gone.
  func close() async {
    input?.finish()
    await running?.value
  }

  private func start() {
    let (lines, input) = AsyncStream<String>.makeStream()
    self.input = input
    let (executable, arguments) = (executable, arguments)
    running = Task { [weak self] in
      let end: ChildEnd
      do {
        let outcome = try await Subprocess.run(
          .path(FilePath(executable)), arguments: Arguments(arguments), input: .inputWriter,
          output: .sequence, error: .currentStandardError
        ) { execution in
          try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
              for await line in lines { _ = try await execution.standardInputWriter.write(line) }
              try await execution.standardInputWriter.finish()
            }
            for try await line in execution.standardOutput.strings() { await self?.heard(line) }
            group.cancelAll()
          }
        }
        end = Task.isCancelled ? .killed : ChildEnd(outcome.terminationStatus)
      } catch is CancellationError {
        end = .killed
      } catch {
        end = Task.isCancelled ? .killed : .unstartable("\(error)")
      }
      await self?.ended(end)
    }
  }

  private func heard(_ line: String) {
    guard let reply = try? JSONDecoder().decode(ChildReply.self, from: Data(line.utf8)) else {
      return
    }
    switch reply {
    case .progress, .publishing: hear?(reply)
    default:
      waiting?.resume(returning: reply)
      (waiting, hear) = (nil, nil)
    }
  }

  private func ended(_ end: ChildEnd) {
    self.end = end
    waiting?.resume(throwing: end)
    (waiting, hear) = (nil, nil)
  }
}

/// How a child went that had not answered.
enum ChildEnd: Error, Sendable, Equatable {
  /// By its worker.
  case killed
  case exited(Int32)
  /// By this signal: a crash, the kernel, or somebody.
  case signal(Int32)
  case unstartable(String)

  init(_ status: TerminationStatus) {
    switch status {
    case .exited(let code): self = .exited(code)
    case .signaled(let number): self = .signal(number)
    }
  }

  /// A fault in the code that ran, which a file may have brought about.
  var isCrash: Bool {
    guard case .signal(let number) = self else { return false }
    return [SIGSEGV, SIGABRT, SIGBUS, SIGILL, SIGFPE, SIGTRAP].contains(number)
  }
}
