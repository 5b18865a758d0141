internal import Dispatch
internal import Foundation
internal import Synchronization

/// Runs `body` in a task that SIGINT and SIGTERM cancel; the second such signal ends the process at once.
func cancelledBySignals<Value: Sendable>(
  _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let task = Task { try await body() }
  return try await withSignals { isSecond in
    if isSecond { _exit(ExitStatus.cancelled.rawValue) }
    task.cancel()
  } during: {
    try await task.value
  }
}

/// Tells `heard` of SIGINT and SIGTERM while `body` runs, and whether it is not the first one.
func withSignals<Value: Sendable>(
  _ heard: @escaping @Sendable (_ isSecond: Bool) -> Void, during body: () async throws -> Value
) async throws -> Value {
  // Whoever reads our messages may go; the work goes on.
  signal(SIGPIPE, SIG_IGN)
  let count = Mutex(0)
  let sources = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      let isSecond = count.withLock { count in
        count += 1
        return count > 1
      }
      heard(isSecond)
    }
    source.resume()
    return source
  }
  defer { for source in sources { source.cancel() } }
  return try await body()
}
