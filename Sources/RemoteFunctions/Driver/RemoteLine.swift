internal import Workflows

/// Steps that come one after the other: the function's own, or those of a branch that goes on by itself.
struct RemoteLine {
  let run: RemoteRun
  let step: Step
  /// It runs beside others, which its end does not end.
  let isBranch: Bool
  /// Of an answer with several steps, those that are still to be dealt with.
  private var backlog: [Op] = []

  init(run: RemoteRun, step: Step, isBranch: Bool) {
    (self.run, self.step, self.isBranch) = (run, step, isBranch)
  }

  enum Turn: Sendable {
    case goOn
    case finished(String)
    /// The app has nothing new for this line.
    case idle
  }

  /// Does what stands at the next place of the journal, or what the app says comes next.
  mutating func turn() async throws -> Turn {
    var backlog = self.backlog
    defer { self.backlog = backlog }
    return try await step.withOpenStep { open in
      if let record = open.record {
        if record.endedAt != nil { return try await passed(record) }
        if let request = StoredRequest(record.request), request.ops[0].kind != .error {
          return try await perform(request, &open)
        }
      }
      if backlog.count == 1, backlog[0].kind == .error {
        let error = backlog.removeFirst()
        if try await failed(error, &open) { return .goOn }
        return try await ask(&open, &backlog, after: error.id)
      }
      if !backlog.isEmpty { return try await take(&backlog, &open) ?? .goOn }
      let last = StoredRequest(open.record?.request)?.ops.first?.id
      return try await ask(&open, &backlog, after: last)
    }
  }

  /// The step had ended before this execution began.
  private func passed(_ record: StepRecord) async throws -> Turn {
    if record.isFailedCall { try await giveUp(record.error) }
    return isBranch && record.request == nil ? .idle : .goOn
  }

  /// Asks until there is an answer, or attempts are used up. `failed` is the step whose last attempt has failed.
  private func ask(
    _ open: inout OpenStep, _ backlog: inout [Op], after failed: String?
  ) async throws -> Turn {
    var lastError = failed
    try await open.awaitAttempt()
    while true {
      let (attempt, place) = (open.attempt - 1, open.place)
      let answer = try await run.memos.discovering {
        try await run.call(nil, attempt: attempt, at: place) { step.now }
      }
      switch answer {
      case .finished(let output):
        if open.attempt > 1 { try await open.finish(nil, result: nil) }
        return .finished(output)
      case .failed(let failure):
        if try await !open.fail(nil, failure.thrown) { try await giveUp(failure.error) }
      case .ops(let ops):
        if let error = ops.first(where: { $0.kind == .error }), ops.count == 1 {
          lastError = error.id
          _ = run.memos.takeNew([error], apartFrom: nil)
          if try await self.failed(error, &open) { return .goOn }
          continue
        }
        backlog = run.memos.takeNew(ops, apartFrom: lastError)
        try await run.checkSize(step)
        if let turn = try await take(&backlog, &open) { return turn }
        if isBranch {
          try await open.finish(nil, result: nil)
          return .idle
        }
        let nothing = CallFailure(
          "NothingNew", "the app answered with no step that is new, and nothing is open")
        if try await !open.fail(nil, nothing.thrown) { try await giveUp(nothing.error) }
      }
    }
  }

  /// Does the first of the steps, or all of them beside each other; nil when there are none.
  private func take(_ ops: inout [Op], _ open: inout OpenStep) async throws -> Turn? {
    if let complete = ops.first(where: { $0.kind == .complete }) {
      return .finished(complete.data.text)
    }
    // What is over comes first, so that it is kept.
    let isOver = ops.firstIndex(where: \.isOver)
    if let place = isOver ?? (ops.count == 1 ? 0 : nil) {
      let op = ops.remove(at: place)
      return try await perform(request([op]), &open)
    }
    if ops.isEmpty { return nil }
    defer { ops = [] }
    return try await perform(request(ops), &open)
  }

  private func request(_ ops: [Op]) -> StoredRequest {
    StoredRequest(ops, at: step.now, version: run.memos.version)
  }

  private func perform(_ request: StoredRequest, _ open: inout OpenStep) async throws -> Turn {
    if request.ops.count == 1 {
      try await RemoteStep(run: run, step: step, request: request, isBranch: isBranch)
        .perform(&open)
      try await run.checkSize(step)
      return .goOn
    }
    let isRace = request.ops.contains(where: \.isRace)
    run.memos.opened(request.ops.count)
    let run = run
    try await open.branches(request.step, count: request.ops.count) { index, branch in
      let own = StoredRequest([request.ops[index]], at: request.at, version: request.version)
      try await branch.withOpenStep { open in
        if open.record?.endedAt == nil {
          try await RemoteStep(run: run, step: branch, request: own, isBranch: true).perform(&open)
        }
      }
      run.memos.opened(-1)
      if isRace { try await Self.goOn(branch, run) }
    }
    try await run.checkSize(step)
    return .goOn
  }

  /// A branch of a race asks by itself what comes after its step.
  private static func goOn(_ branch: Step, _ run: RemoteRun) async throws {
    var line = RemoteLine(run: run, step: branch, isBranch: true)
    while true {
      switch try await line.turn() {
      case .goOn: continue
      case .idle: return
      case .finished(let output): try await branch.end(output: output)
      }
    }
  }

  /// One attempt at a step has failed; whether that was the last one.
  private func failed(_ op: Op, _ open: inout OpenStep) async throws -> Bool {
    let failure = op.failure
    if try await open.fail(request([op]).step, failure.thrown) { return false }
    run.memos.add(failure.error, of: op)
    return true
  }

  private func giveUp(_ error: StoredError?) async throws -> Never {
    let error = error ?? StoredError(name: "Error", message: "the call failed")
    if isBranch { try await step.end(error: error) }
    throw StepFailure.noRetry(error)
  }
}

extension Op {
  /// What a `StepError` or a `StepFailed` says.
  var failure: CallFailure {
    let stored = StoredError(wire: error, fallback: "step '\(label)' failed")
    return CallFailure(
      stored, isFinal: kind == .failed || error?["noRetry"]?.bool == true, retryAfter: retryAfter)
  }
}
