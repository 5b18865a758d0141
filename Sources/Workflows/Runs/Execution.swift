internal import Storage

/// The life of a run's task: executes the function and writes what it ends with.
struct Execution: Sendable {
  let live: LiveRun

  private var core: EngineCore { live.core }

  func execute() async {
    await core.turns?.arrive(live.run.id)
    let outcome = await callFunction()
    if !live.isStopped { await finish(outcome) }
    core.turns?.leave()
    core.live.remove(live, wasAtRest: live.isCountedAtRest)
    core.gainedRoom()
  }

  private func callFunction() async -> Result<String, any Error> {
    if live.run.losses >= Self.mostLosses { return .failure(lossError) }
    do {
      return .success(try await live.function.body(live.events, Step(live: live)))
    } catch {
      return .failure(error)
    }
  }

  /// A run that takes its process down each time would do so for ever.
  private static let mostLosses = 5

  private var lossError: StepFailure {
    .noRetry(
      StoredError(
        name: "NodeLost",
        message:
          "\(live.run.losses) processes in a row ended while they executed this run\n  → look for what it does to them (memory, a crash), then retry it"
      ))
  }

  private func finish(_ outcome: Result<String, any Error>) async {
    do {
      if let fault = live.fault {
        try await end(.failed(fault))
      } else {
        switch outcome {
        case .success(let output): try await complete(output)
        case .failure(let error): try await fail(error)
        }
      }
    } catch {
      // The run is stopped: its records belong to somebody else by now, or the engine has noted the database's error.
    }
  }

  private func end(_ end: Commit.End) async throws {
    let run = live.run
    try await live.commit { commit, ticket in try commit.end(run, ticket, end) }
  }

  private func complete(_ output: String) async throws {
    let limit = core.settings.largestResult
    if output.utf8.count > limit {
      try await end(.failed(.tooLarge("the function's output", output.utf8.count, limit)))
    } else {
      try await end(.completed(output: output))
    }
  }

  /// An error outside the steps: the function is executed again, and its finished steps give their values.
  private func fail(_ error: any Error) async throws {
    let failures = live.hasFinishedSteps ? 1 : live.run.failures + 1
    let delay = live.function.retries.delay(
      after: error, attempt: failures, random: core.ids.random())
    guard let delay else { return try await end(.failed(StoredError(error))) }
    let run = live.run
    let due = core.clock.now + delay
    try await live.commit { commit, ticket in
      try commit.restart(run, ticket, at: due, failures: failures, error: StoredError(error))
    }
  }
}

extension Commit {
  /// The function begins again at `due`.
  mutating func restart(
    _ run: Run, _ ticket: RunTicket, at due: Int64, failures: Int, error: StoredError
  ) throws {
    let written = try db.execute(
      """
      UPDATE workflow_run SET state = 'sleeping', due_ms = :due, rank_ms = :due, owner = NULL,
        failures = :failures, error = :error
      WHERE id = :run AND fence = :fence AND state = 'running'
      """,
      [
        "run": ticket.runID, "fence": ticket.fence, "due": due, "failures": failures,
        "error": try JSON.encode(error),
      ])
    if written == 0 { throw RunStopped(.lost) }
    effects.rests(until: due)
    try released(run.id, functionID: run.functionID)
  }
}

extension RetryPolicy {
  /// Milliseconds until the next attempt; nil when there is none.
  func delay(after error: any Error, attempt: Int, random: Double) -> Int64? {
    switch error {
    case StepFailure.noRetry, is StepError, is InvalidFunction: nil
    case StepFailure.retryAfter(_, let duration):
      attempt <= retries ? min(max(duration.milliseconds, 1_000), 86_400_000) : nil
    default: delay(afterAttempt: attempt, random: random)
    }
  }
}

extension StoredError {
  static func tooLarge(_ what: String, _ size: Int, _ limit: Int) -> StoredError {
    StoredError(
      name: "ResultTooLarge",
      message:
        "\(what) has \(size) bytes of JSON, and \(limit) are allowed\n  → keep it elsewhere, such as in an asset, and return where it is"
    )
  }
}
