internal import Storage

extension Step {
  /// Does something once and keeps its result.
  ///
  /// `work` is done again when it throws, as `retries` says or else the function's options, and when the process dies
  /// before the result is on the disk; so it should be safe to repeat. Once it has returned and this returns, it is
  /// never done again. Throws `StepError` when the attempts are used up.
  @discardableResult
  public func run<Value: Codable & Sendable>(
    _ name: String, retries: RetryPolicy? = nil,
    _ work: @Sendable (StepAttempt) async throws -> Value
  ) async throws -> Value {
    try await withSlot(name, .run) { slot in
      if let value = try stored(slot, as: Value.self) { return value }
      return try await attempt(slot, retries) { attempt, entry in
        let value = try await work(attempt)
        try await finish(entry, result: encode(value, of: slot))
        return value
      }
    }
  }

  /// Does something once and keeps its result; for work that need not know its attempt.
  @discardableResult
  public func run<Value: Codable & Sendable>(
    _ name: String, retries: RetryPolicy? = nil, _ work: @Sendable () async throws -> Value
  ) async throws -> Value {
    try await run(name, retries: retries) { (_: StepAttempt) in try await work() }
  }

  /// Does something once that has no result.
  @_disfavoredOverload
  public func run(
    _ name: String, retries: RetryPolicy? = nil,
    _ work: @Sendable (StepAttempt) async throws -> Void
  ) async throws {
    _ = try await run(name, retries: retries) { (attempt: StepAttempt) -> NoOutput in
      try await work(attempt)
      return NoOutput()
    }
  }

  /// Does something once that has no result and need not know its attempt.
  @_disfavoredOverload
  public func run(
    _ name: String, retries: RetryPolicy? = nil, _ work: @Sendable () async throws -> Void
  ) async throws {
    _ = try await run(name, retries: retries) { (_: StepAttempt) -> NoOutput in
      try await work()
      return NoOutput()
    }
  }

  private func finish(_ entry: StepEntry, result: String) async throws {
    var entry = entry
    entry.result = result
    let done = entry
    try await live.commit { commit, ticket in try commit.record(done, ticket) }
    live.noteFinishedStep()
  }
}
