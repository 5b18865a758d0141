internal import Dispatch
internal import Media

/// Work that keeps a thread busy, done beside the pool of Swift's tasks so that servers go on answering.
enum BlockingWork {
  /// Runs `body` on a thread of its own and waits for it. Cancelling the task cancels the interrupt that `body` is
  /// given; what it then throws comes out as `CancellationError`.
  static func run<Value: Sendable>(
    _ body: @escaping @Sendable (Interrupt) throws -> Value
  ) async throws -> Value {
    let interrupt = Interrupt()
    return try await withTaskCancellationHandler {
      try Task.checkCancellation()
      return try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async {
          continuation.resume(with: result(of: body, interrupt))
        }
      }
    } onCancel: {
      interrupt.cancel()
    }
  }

  static func result<Value>(
    of body: (Interrupt) throws -> Value, _ interrupt: Interrupt
  ) -> Result<Value, any Error> {
    Result {
      if interrupt.isCancelled { throw CancellationError() }
      do { return try body(interrupt) } catch {
        if interrupt.isCancelled { throw CancellationError() }
        throw error
      }
    }
  }
}
