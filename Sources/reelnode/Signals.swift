internal import Dispatch
internal import Foundation
internal import Synchronization

/// Runs `body` in a task that SIGINT and SIGTERM cancel; the second such signal ends the process at once.
func cancelledBySignals<Value: Sendable>(
  _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  // Whoever reads our messages may go; the work goes on.
  signal(SIGPIPE, SIG_IGN)
  let task = Task { try await body() }
  let count = Mutex(0)
  let sources = [SIGINT, SIGTERM].map { number in
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      let isSecond = count.withLock { count in
        count += 1
        return count > 1
      }
      if isSecond { _exit(ExitStatus.cancelled.rawValue) }
      task.cancel()
    }
    source.resume()
    return source
  }
  defer { for source in sources { source.cancel() } }
  return try await task.value
}
