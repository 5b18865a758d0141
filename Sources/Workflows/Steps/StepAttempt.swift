internal import Storage

/// What a step's work may want to know about itself.
public struct StepAttempt: Sendable {
  /// From 1.
  public let number: Int
  /// With which number it ends for good.
  public let last: Int
  /// The same for every attempt of this step and for no other step: for services that recognise a request sent again.
  public let idempotencyKey: String
}

extension Step {
  /// Does `work`, which also writes the step's end, as often as the policy allows.
  func attempt<Value: Sendable>(
    _ slot: Slot, _ override: RetryPolicy?,
    _ work: (StepAttempt, StepEntry) async throws -> Value
  ) async throws -> Value {
    let policy = override ?? live.function.retries
    var entry = slot.entry(.done)
    if let record = slot.record, record.state == .retrying, let due = record.dueAt {
      entry.state = .retrying
      try await pause(entry, until: due)
    }
    while true {
      let attempt = StepAttempt(
        number: entry.attempt, last: policy.retries + 1,
        idempotencyKey: "\(runID):\(slot.place)")
      entry.state = .done
      do {
        return try await work(attempt, entry)
      } catch {
        _ = try live.ticket()
        try await handle(error, &entry, policy)
      }
    }
  }

  /// Rests until the next attempt, or ends the step and throws.
  private func handle(_ error: any Error, _ entry: inout StepEntry, _ policy: RetryPolicy)
    async throws
  {
    let cause = StoredError(error)
    let now = live.core.clock.now
    let delay = policy.delay(
      after: error, attempt: entry.attempt, random: live.core.ids.random())
    entry.failures.append(
      .init(
        attempt: entry.attempt, at: now, error: cause, retryAt: delay.map { now + $0 },
        attempts: policy.retries + 1))
    guard let delay else {
      entry.state = .failed
      entry.error = cause
      let failed = entry
      try await live.commit { commit, ticket in try commit.record(failed, ticket) }
      live.noteFinishedStep()
      throw StepError(step: entry.name, attempts: entry.attempt, cause: cause)
    }
    entry.attempt += 1
    entry.state = .retrying
    entry.due = now + delay
    try await pause(entry, until: now + delay)
    entry.due = nil
  }

  func pause(_ entry: StepEntry, until due: Int64) async throws {
    live.ended(entry.place)
    while live.core.clock.now < due {
      _ = try await live.rest(at: entry.place, until: due, isWaiting: false) {
        commit, ticket -> Bool? in
        try commit.record(entry, ticket)
        return nil
      }
    }
    var running = entry
    running.state = .running
    live.began(running)
  }
}
