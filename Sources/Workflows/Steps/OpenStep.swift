internal import Storage

/// What a program outside has said a step is.
package struct StepRequest: Sendable, Equatable {
  /// For people; stored as the step's name.
  package var name: String
  package var kind: StepRecord.Kind
  /// JSON, kept beside the step's record.
  package var text: String

  package init(name: String, kind: StepRecord.Kind, text: String) {
    (self.name, self.kind, self.text) = (name, kind, text)
  }
}

/// A place of a run's journal whose step is known only once a program outside has been asked what it is.
///
/// For functions that are executed elsewhere. What such a step writes obeys the same rules as a named step's: the fence
/// is checked, the record is on the disk before the next step begins, and a finished one is never executed again.
package struct OpenStep: Sendable {
  /// What a step is called before its name is known, and an execution of the function that fails outside of steps.
  package static let unnamed = "call"

  let step: Step
  private(set) var entry: StepEntry
  /// What the journal has of it.
  package let record: StepRecord?

  /// The attempt that is made or comes next, from 1.
  package var attempt: Int { entry.attempt }
  package var place: String { entry.place }

  private var live: LiveRun { step.live }

  fileprivate init(_ step: Step, place: String, record: StepRecord?) {
    (self.step, self.record) = (step, record)
    entry = StepEntry(
      place: place, name: record?.name ?? Self.unnamed, kind: record?.kind ?? .run,
      state: .running, attempt: record?.attempt ?? 1, failures: record?.failures ?? [],
      startedAt: record?.startedAt ?? step.live.core.clock.now, request: record?.request)
  }

  /// Rests until an attempt may be made that the journal says is to come.
  package mutating func awaitAttempt() async throws {
    guard let record, record.state == .retrying, let due = record.dueAt else { return }
    entry.state = .retrying
    entry.due = due
    try await pause(until: due)
  }

  private mutating func pause(until due: Int64) async throws {
    try await step.pause(entry, until: due)
    entry.due = nil
  }

  /// What the step is, so that it can be seen while it is executed.
  package mutating func announce(_ request: StepRequest) {
    name(request)
    live.began(entry)
  }

  /// The same, written before it is done.
  private mutating func plan(_ request: StepRequest) async throws {
    name(request)
    entry.state = .running
    try await write()
  }

  /// The step is done; `result` is JSON, nil for none.
  package mutating func finish(_ request: StepRequest?, result: String?) async throws {
    if let request { name(request) }
    entry.state = .done
    entry.due = nil
    entry.result = result
    try await write()
    live.noteFinishedStep()
  }

  /// One attempt has failed; of the step, or with nil of the function outside of steps. True when there is another one, after its rest; false when the step has failed for good.
  package mutating func fail(_ request: StepRequest?, _ failure: any Error) async throws -> Bool {
    if let request { name(request) }
    let now = live.core.clock.now
    let policy = live.function.retries
    let delay = policy.delay(
      after: failure, attempt: entry.attempt, random: live.core.ids.random())
    entry.failures.append(
      .init(
        attempt: entry.attempt, at: now, error: StoredError(failure),
        retryAt: delay.map { now + $0 }, attempts: policy.retries + 1))
    guard let delay else {
      if request == nil { (entry.name, entry.kind, entry.request) = (Self.unnamed, .run, nil) }
      entry.state = .failed
      entry.error = StoredError(failure)
      try await write()
      live.noteFinishedStep()
      return false
    }
    entry.attempt += 1
    entry.state = .retrying
    entry.due = now + delay
    try await pause(until: now + delay)
    return true
  }

  /// Rests until an instant, UTC milliseconds.
  package mutating func sleep(_ request: StepRequest, until instant: Int64) async throws {
    name(request)
    try await step.sleep(entry, until: record?.dueAt ?? instant)
    live.noteFinishedStep()
  }

  /// Runs another function once and waits for its end.
  package mutating func invoke(
    _ request: StepRequest, function id: String, input: String, until deadline: Int64
  ) async throws -> Result<String, StoredError> {
    name(request)
    entry.state = .waiting
    entry.due = record?.dueAt ?? deadline
    let end = try await step.wait(
      for: FunctionCall(
        functionID: id, input: input, entry: entry, remedy: "register the app that has it"))
    live.noteFinishedStep()
    switch end {
    case .output(let json): return .success(json)
    case .error(let error): return .failure(error)
    }
  }

  private mutating func name(_ request: StepRequest) {
    (entry.name, entry.kind, entry.request) = (request.name, request.kind, request.text)
  }

  private func write() async throws {
    let entry = entry
    try await live.commit { commit, ticket in try commit.record(entry, ticket) }
  }
}

extension OpenStep {
  /// Waits for the first event of a name that is accepted, of those that were received after the run began and at
  /// most `lookBack` before `since`; nil when none came before the deadline.
  ///
  /// `property` says what every accepted event has, so that others do not wake the run.
  package mutating func waitForEvent(
    _ request: StepRequest, event name: String, where property: WaitProperty? = nil,
    since: Int64, lookBack: Duration, until deadline: Int64,
    matching accepts: @escaping @Sendable (Event) -> Bool
  ) async throws -> Event? {
    self.name(request)
    var wait = EventWait(
      name: name, path: property?.path, value: property?.value ?? "",
      deadline: record?.dueAt ?? deadline, seen: live.run.beginSequence)
    wait.since = since - lookBack.milliseconds
    try await step.lookBack(&wait, accepts)
    return try await step.wait(wait, entry, accepts).event
  }

  /// Waits for a signal; nil when none came before the deadline. Throws a `StoredError`, and the step has failed, where
  /// another run waits for it already, unless `replaces`, which ends that run's wait.
  package mutating func waitForSignal(
    _ request: StepRequest, signal: String, replaces: Bool, until deadline: Int64
  ) async throws -> Event? {
    name(request)
    let isStored = record?.state == .waiting
    let seen = isStored ? live.run.beginSequence : try await claim(signal, replaces: replaces)
    guard let seen else {
      let error = StoredError(
        name: "SignalConflict",
        message:
          "another run waits for signal '\(signal)' already\n  → use another name, or conflict 'replace'"
      )
      _ = try await fail(request, StepFailure.noRetry(error))
      throw error
    }
    let wait = EventWait(
      name: OwnEvent.signal(signal), path: nil, value: "", deadline: record?.dueAt ?? deadline,
      seen: seen)
    return try await step.wait(wait, entry) { _ in true }.event
  }

  /// From which place in the order of receipt on signals count; nil where another run has it.
  private func claim(_ signal: String, replaces: Bool) async throws -> Int64? {
    try await live.commit { commit, _ in
      if try commit.waiter(forSignal: signal) != nil {
        if !replaces { return nil }
        try commit.giveUpWaits(forSignal: signal)
      }
      return try commit.lastSequence()
    }
  }

  /// Executes branches at the same time, each with a `Step` of its own, and waits for all of them. Throws what the first
  /// of them threw, in their order.
  package mutating func branches(
    _ request: StepRequest, count: Int, _ work: @escaping @Sendable (Int, Step) async throws -> Void
  ) async throws {
    if record?.state != .done {
      if record?.request == nil || record?.kind != .parallel { try await plan(request) }
      live.ended(entry.place)
    }
    let crew = Crew<Bool>(count: count, lanes: count)
    await step.execute(entry.place, crew, lanes: count) { index, step in
      try await work(index, step)
      return true
    }
    _ = try live.ticket()
    for result in crew.results { _ = try result.get() }
    if record?.state != .done { try await finish(request, result: nil) }
  }
}

extension Commit {
  /// Of a run that has ended beside what its branches were waiting for.
  fileprivate func closeBranches(of runID: String) throws {
    try db.execute("DELETE FROM workflow_wait WHERE run_id = :run", ["run": runID])
    try db.execute(
      """
      UPDATE workflow_step SET state = 'done', ended_ms = :now
      WHERE run_id = :run AND kind = 'parallel' AND state = 'running'
        AND EXISTS (SELECT 1 FROM workflow_run WHERE id = :run AND state = 'completed')
      """, ["run": runID, "now": now])
  }

  /// Lets the waits for a signal run out.
  fileprivate mutating func giveUpWaits(forSignal name: String) throws {
    let body = "{\"signal\":\(try JSON.encode(name)),\"data\":null}"
    _ = try receive([OutgoingEvent(ownNamed: OwnEvent.signal(name), data: body)])
  }
}

extension Step {
  /// Does what stands at the next place of this branch.
  package func withOpenStep<Value: Sendable>(
    _ work: (inout OpenStep) async throws -> Value
  ) async throws -> Value {
    try live.mayGoOn()
    let place = try branch.nextPlace()
    let record = live.stored(at: place)
    var open = OpenStep(self, place: place, record: record)
    if record?.endedAt == nil { live.began(open.entry) }
    defer {
      live.ended(place)
      branch.ended()
    }
    let value = try await work(&open)
    if record?.endedAt == nil { await live.core.turns?.yield(runID + place) }
    return value
  }

  /// Ends the run at once, whatever its other branches do. Throws always.
  package func end(output: String) async throws -> Never {
    let limit = live.core.settings.largestResult
    if output.utf8.count > limit {
      try await end(error: .tooLarge("the function's output", output.utf8.count, limit))
    }
    try await end(.completed(output: output))
  }

  /// Fails the run at once, whatever its other branches do. Throws always.
  package func end(error: StoredError) async throws -> Never {
    try await end(.failed(error))
  }

  private func end(_ end: Commit.End) async throws -> Never {
    let run = live.run
    try await live.commit { commit, ticket in
      try commit.end(run, ticket, end)
      try commit.closeBranches(of: run.id)
    }
    live.stop(.lost)
    throw CancellationError()
  }
}

extension StepRecord {
  /// An execution of a function elsewhere that failed for good, outside of its steps.
  package var isFailedCall: Bool {
    name == OpenStep.unnamed && request == nil && state == .failed
  }
}
