import Dispatch

/// Runs the work of a library one piece after another on a thread that is not of the shared pool, which has as many
/// threads as the machine has cores and must not wait for a library.
final class SpeechQueue: Sendable {
  /// Of every voice on this machine: they keep their state in globals, and draw noise from the one generator of the C
  /// library, which each utterance begins anew.
  static let voices = SpeechQueue(label: "reelnode.voices")

  private let queue: DispatchQueue

  init(label: String) { queue = DispatchQueue(label: label) }

  func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result(catching: work)) }
    }
  }
}
