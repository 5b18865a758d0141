internal import Synchronization

/// The calls of apps that are under way in this process: its end does not wait for them for long.
final class OpenCalls: Sendable {
  /// The process ends before the app has answered.
  struct GivenUp: Error {}

  private struct State {
    var hasEnded = false
    var calls: [Int: Task<AppReply, any Error>] = [:]
    var count = 0
  }

  private let state = Mutex(State())

  /// Makes a call. Throws `GivenUp` where it is given up, and what the call throws.
  func make(_ call: @escaping @Sendable () async throws -> AppReply) async throws -> AppReply {
    let (number, task) = state.withLock { state in
      state.count += 1
      let task = Task { try await call() }
      if state.hasEnded { task.cancel() } else { state.calls[state.count] = task }
      return (state.count, task)
    }
    defer { state.withLock { _ = $0.calls.removeValue(forKey: number) } }
    do {
      return try await withTaskCancellationHandler {
        try await task.value
      } onCancel: {
        task.cancel()
      }
    } catch {
      if state.withLock(\.hasEnded) { throw GivenUp() }
      throw error
    }
  }

  /// Calls may be made, again too.
  func begin() { state.withLock { $0.hasEnded = false } }

  /// Lets the calls under way end, for `patience` at most; those that take longer or come later are given up.
  func end(after patience: Duration) async {
    let calls = state.withLock { Array($0.calls.values) }
    let timer = Task {
      try? await Task.sleep(for: patience)
      giveUp()
    }
    for call in calls { _ = await call.result }
    timer.cancel()
    giveUp()
  }

  private func giveUp() {
    let calls = state.withLock { state in
      state.hasEnded = true
      return Array(state.calls.values)
    }
    for call in calls { call.cancel() }
  }
}
