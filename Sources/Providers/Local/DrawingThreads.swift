internal import Foundation
internal import Media
internal import Synchronization

/// The threads that draw clips, beside the pool of Swift's tasks so that servers go on answering.
///
/// Clips are drawn in the order in which they are asked for, one for each processor, and everything else goes
/// before: where a film is rendered at the same time, its scenes are ready sooner than the next scene's pictures, so
/// that after the last picture only its own scene is left to render.
final class DrawingThreads: Sendable {
  static let shared = DrawingThreads(count: ProcessInfo.processInfo.activeProcessorCount)

  private let count: Int
  private let state = Mutex(State())

  private struct State {
    var waiting: [@Sendable () -> Void] = []
    var threads = 0
  }

  init(count: Int) { self.count = count }

  /// Runs `body` when its turn comes, and waits for it. Cancelling the task cancels the interrupt that `body` is given; what
  /// it then throws comes out as `CancellationError`, and work that has not begun never does.
  func run<Value: Sendable>(
    _ body: @escaping @Sendable (Interrupt) throws -> Value
  ) async throws -> Value {
    let interrupt = Interrupt()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        enqueue { continuation.resume(with: BlockingWork.result(of: body, interrupt)) }
      }
    } onCancel: {
      interrupt.cancel()
    }
  }

  private func enqueue(_ work: @escaping @Sendable () -> Void) {
    let isShort = state.withLock { state in
      state.waiting.append(work)
      if state.threads == count { return false }
      state.threads += 1
      return true
    }
    guard isShort else { return }
    // A thread of its own, since a priority that has been lowered stays so.
    let thread = Thread {
      HostProcess.lowerThreadPriority()
      while let work = self.next() { work() }
    }
    thread.name = "drawing"
    thread.start()
  }

  private func next() -> (@Sendable () -> Void)? {
    state.withLock { state in
      if state.waiting.isEmpty {
        state.threads -= 1
        return nil
      }
      return state.waiting.removeFirst()
    }
  }
}
