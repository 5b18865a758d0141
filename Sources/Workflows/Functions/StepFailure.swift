/// Thrown by a step or a function to say itself whether it is tried again.
public enum StepFailure: Error, Sendable {
  /// Trying again would not help.
  case noRetry(any Error)
  /// The next attempt begins after this long, between 1 s and 24 h, where attempts are left; jitter and back-off
  /// do not apply.
  case retryAfter(any Error, Duration)
}

/// An error as the journal keeps it.
public struct StoredError: Error, Codable, Sendable, Equatable, CustomStringConvertible {
  /// The Swift type's name, such as `MediaError`.
  public var name: String
  /// What it says of itself.
  public var message: String
  /// Where it was thrown, for errors of programs outside that say so.
  public var stack: String?

  public init(name: String, message: String, stack: String? = nil) {
    (self.name, self.message, self.stack) = (name, message, stack)
  }

  init(_ error: any Error) {
    switch error {
    case let stored as StoredError: self = stored
    case let failed as StepError: self = failed.cause
    case StepFailure.noRetry(let cause), StepFailure.retryAfter(let cause, _):
      self = StoredError(cause)
    default: self.init(name: "\(type(of: error))", message: "\(error)")
    }
  }

  public var description: String { message }
}

/// A step whose attempts are used up. A function may catch it and go on; uncaught, it fails the run.
public struct StepError: Error, Sendable, Equatable, CustomStringConvertible {
  public let step: String
  /// Attempts made in all.
  public let attempts: Int
  /// The last attempt's error; those of the earlier ones are in the step's record.
  public let cause: StoredError

  public var description: String {
    "step '\(step)' failed\(attempts > 1 ? " \(attempts) times" : ""): \(cause.message)"
  }
}
