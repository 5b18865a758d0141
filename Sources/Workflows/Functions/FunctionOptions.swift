/// How a function is run: what happens on errors, and how much of it happens at a time.
public struct FunctionOptions<Input: Codable & Sendable>: Sendable {
  /// Of each of its steps, and of the function itself for errors thrown outside steps.
  public var retries: RetryPolicy
  public var limits: FlowLimits<Input>
  public var timeouts: Timeouts
  /// Called in a run of its own, `<id>-failure`, once a run has failed for good.
  public var onFailure: (@Sendable (FailedRun<Input>, Step) async throws -> Void)?

  public init(
    retries: RetryPolicy = .customary, limits: FlowLimits<Input> = FlowLimits(),
    timeouts: Timeouts = Timeouts(),
    onFailure: (@Sendable (FailedRun<Input>, Step) async throws -> Void)? = nil
  ) {
    (self.retries, self.limits) = (retries, limits)
    (self.timeouts, self.onFailure) = (timeouts, onFailure)
  }

  /// A run that does not begin or end in time is cancelled.
  public struct Timeouts: Sendable {
    /// From when it could have begun.
    public var start: Duration?
    /// From when it began.
    public var finish: Duration?

    public init(start: Duration? = nil, finish: Duration? = nil) {
      (self.start, self.finish) = (start, finish)
    }
  }
}

/// What an `onFailure` is told.
public struct FailedRun<Input: Sendable>: Sendable {
  public let runID: String
  public let functionID: String
  /// Nil when the input itself could not be read.
  public let input: Input?
  public let error: StoredError
}
