internal import Synchronization

/// Lets one task at a time do what bears a name; others wait in line, and leave it when they are cancelled.
final class Turnstile: Sendable {
  private struct Waiter {
    var number: Int
    var wake: CheckedContinuation<Void, any Error>
  }

  private struct State {
    /// Those in line behind the one who is in.
    var lines: [String: [Waiter]] = [:]
    var cancelled: Set<Int> = []
    var count = 0
  }

  private let state = Mutex(State())

  func pass<Value>(_ name: String, _ work: () async throws -> Value) async throws -> Value {
    try await enter(name)
    defer { leave(name) }
    return try await work()
  }

  private func enter(_ name: String) async throws {
    let number = state.withLock { state in
      state.count += 1
      return state.count
    }
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (wake: CheckedContinuation<Void, any Error>) in
        let answer: Result<Void, any Error>? = state.withLock { state in
          if state.cancelled.remove(number) != nil { return .failure(CancellationError()) }
          guard state.lines[name] != nil else {
            state.lines[name] = []
            return .success(())
          }
          state.lines[name]?.append(Waiter(number: number, wake: wake))
          return nil
        }
        if let answer { wake.resume(with: answer) }
      }
    } onCancel: {
      let waiter = state.withLock { state -> Waiter? in
        if let place = state.lines[name]?.firstIndex(where: { $0.number == number }) {
          return state.lines[name]?.remove(at: place)
        }
        state.cancelled.insert(number)
        return nil
      }
      waiter?.wake.resume(throwing: CancellationError())
    }
    // A cancellation that came when this one was in already has found nobody in line.
    state.withLock { _ = $0.cancelled.remove(number) }
  }

  private func leave(_ name: String) {
    let next = state.withLock { state -> Waiter? in
      guard let line = state.lines[name], !line.isEmpty else {
        state.lines[name] = nil
        return nil
      }
      return state.lines[name]?.removeFirst()
    }
    next?.wake.resume()
  }
}
