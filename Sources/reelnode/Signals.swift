internal import Dispatch
internal import Foundation
internal import Synchronization

/// Runs `body` in a task that SIGINT and SIGTERM cancel; the second such signal ends the process at once.
func cancelledBySignals<Value: Sendable>(
  _ body: @escaping @Sendable () async throws -> Value
) async throws -> Value {
  let (heard, begin) = AsyncStream<Void>.makeStream()
  let task = Task {
    for await _ in heard {}
    return try await body()
  }
  return try await withSignals { isSecond in
    if isSecond { _exit(ExitStatus.cancelled.rawValue) }
    task.cancel()
  } during: {
    begin.finish()
    return try await task.value
  }
}

/// Tells `heard` of SIGINT and SIGTERM while `body` runs, and whether it is not the first one.
func withSignals<Value: Sendable>(
  _ heard: @escaping @Sendable (_ isSecond: Bool) -> Void, during body: () async throws -> Value
) async throws -> Value {
  // Whoever reads our messages may go; the work goes on.
  signal(SIGPIPE, SIG_IGN)
  let count = Mutex(0)
  var sources: [any DispatchSourceSignal] = []
  defer { for source in sources { source.cancel() } }
  for number in [SIGINT, SIGTERM] {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
    source.setEventHandler {
      let isSecond = count.withLock { count in
        count += 1
        return count > 1
      }
      heard(isSecond)
    }
    sources.append(source)
    // Until it is registered, which happens on another thread, signals are lost.
    await withCheckedContinuation { registered in
      source.setRegistrationHandler { registered.resume() }
      source.resume()
    }
  }
  return try await body()
}
