internal import Dispatch
internal import Synchronization

/// Draws one clip after another on a thread that is not of the pool of Swift's tasks: two clips at once would take as
/// long, and servers go on answering.
final class AvatarQueue: Sendable {
  static let shared = AvatarQueue()
  private let queue = DispatchQueue(label: "reelnode.avatar", qos: .utility)

  /// Runs `work` and waits for it. It is told when the task that waits is cancelled; work that has not begun by then
  /// never does.
  func run<Value: Sendable>(
    _ work: @escaping @Sendable (_ isCancelled: @Sendable () -> Bool) throws -> Value
  ) async throws -> Value {
    let flag = Flag()
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        queue.async {
          continuation.resume(
            with: Result {
              if flag.isSet { throw CancellationError() }
              return try work { flag.isSet }
            })
        }
      }
    } onCancel: {
      flag.set()
    }
  }

  private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
  }
}
