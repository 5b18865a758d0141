internal import Workflows

/// One step as an app has asked for it.
struct RemoteStep {
  let run: RemoteRun
  let step: Step
  let request: StoredRequest
  /// It is done beside others.
  let isBranch: Bool

  private var op: Op { request.ops[0] }

  func perform(_ open: inout OpenStep) async throws {
    switch op.kind {
    case .run, .oldRun:
      let data = op.data.text
      try await checkResult(data)
      try await open.finish(request.step, result: data)
      run.memos.add(result: data, of: op)
    case .failed, .notFound:
      let error = op.failure.error
      _ = try await open.fail(request.step, StepFailure.noRetry(error))
      run.memos.add(error, of: op)
    case .error: try await retry(&open)
    case .planned: try await execute(&open)
    case .sleep: try await sleep(&open)
    case .wait: try await waitForEvent(&open)
    case .invoke: try await invoke(&open)
    case .signal: try await waitForSignal(&open)
    case .complete: break
    }
  }

  // MARK: Planned steps

  /// One attempt at this step has failed when the app told of others too: the next ones are made alone.
  private func retry(_ open: inout OpenStep) async throws {
    if open.record?.request == nil {
      let failure = op.failure
      if try await !open.fail(request.step, failure.thrown) {
        return run.memos.add(failure.error, of: op)
      }
    }
    try await execute(&open)
  }

  /// Has the app execute this step alone.
  private func execute(_ open: inout OpenStep) async throws {
    run.memos.opened(1)
    defer { run.memos.opened(-1) }
    try await open.awaitAttempt()
    open.announce(request.step)
    while true {
      let answer = try await run.call(op.id, attempt: open.attempt - 1, at: open.place) {
        step.now
      }
      switch outcome(answer) {
      case .finished(let output): try await step.end(output: output)
      case .ops(let ops) where !ops.isEmpty:
        let data = ops[0].data.text
        try await checkResult(data)
        try await open.finish(request.step, result: data)
        return run.memos.add(result: data, of: op)
      case .ops: continue
      case .failed(let failure):
        if try await open.fail(request.step, failure.thrown) { continue }
        guard failure.code == Self.ofStep else { try await giveUp(failure.error) }
        return run.memos.add(failure.error, of: op)
      }
    }
  }

  /// Marks a failure as the step's own: the function may catch it.
  private static let ofStep = "step"

  /// What an answer says of this step: its result as the first op, or why there is none.
  private func outcome(_ answer: CallAnswer) -> CallAnswer {
    switch answer {
    case .failed: return answer
    case .finished(let output):
      if op.isRace { return .finished(output) }
      return .failed(
        CallFailure(
          "StepUnexpected", "the function ended when step '\(op.label)' was to be executed"))
    case .ops(let ops):
      guard let own = ops.first(where: { $0.id == op.id }) else {
        return .failed(
          CallFailure("StepUnexpected", "the app did not execute step '\(op.label)'"))
      }
      switch own.kind {
      case .run, .oldRun: return .ops([own])
      case .error, .failed:
        var failure = own.failure
        failure.code = Self.ofStep
        return .failed(failure)
      default:
        return .failed(
          CallFailure(
            "StepUnexpected",
            "the app answered '\(own.kind.rawValue)' for step '\(op.label)', which was to be executed"
          ))
      }
    }
  }

  // MARK: Rests

  private func sleep(_ open: inout OpenStep) async throws {
    let text = op.name ?? op.options["duration"]?.string ?? ""
    let length = op.options["duration"]?.string
    guard
      let end = WireTime.end(text, from: request.at)
        ?? length.flatMap({ WireTime.end($0, from: request.at) })
    else { try await refuse("'\(text)' is no end of a sleep") }
    try await check(end, "sleeps")
    try await open.sleep(request.step, until: end)
    run.memos.add(result: nil, of: op)
  }

  private func waitForEvent(_ open: inout OpenStep) async throws {
    let name = op.options["event"]?.string ?? op.name ?? ""
    let deadline = try await deadline(default: nil)
    let condition: WireCondition
    do {
      condition = try WireCondition(op.options["if"]?.string, trigger: run.trigger)
    } catch {
      try await refuse("its expression cannot be read: \(error.fault)", error.remedy)
    }
    let event = try await open.waitForEvent(
      request.step, event: name, where: condition.property, since: request.at,
      lookBack: run.settings.waitLookBack, until: deadline, matching: condition.accepts)
    run.memos.add(result: try event?.json(), of: op)
  }

  private func waitForSignal(_ open: inout OpenStep) async throws {
    let name = op.options["signal"]?.string ?? op.name ?? ""
    do {
      let event = try await open.waitForSignal(
        request.step, signal: name, replaces: op.options["conflict"]?.string == "replace",
        until: try await deadline(default: nil))
      run.memos.add(result: try event?.json(), of: op)
    } catch let error as StoredError {
      run.memos.add(error, of: op)
    }
  }

  private func invoke(_ open: inout OpenStep) async throws {
    let id = op.options["function_id"]?.string ?? ""
    let payload = op.options["payload"]?["data"] ?? .null
    let deadline = try await deadline(default: request.at + 365 * 86_400_000)
    switch try await open.invoke(
      request.step, function: id, input: payload.text, until: deadline)
    {
    case .success(let output): run.memos.add(result: output, of: op)
    case .failure(let error): run.memos.add(error, of: op)
    }
  }

  /// A missing time-out has passed already, unless there is a default.
  private func deadline(default fallback: Int64?) async throws -> Int64 {
    guard let text = op.options["timeout"]?.string, !text.isEmpty else {
      return fallback ?? request.at
    }
    guard let end = WireTime.end(text, from: request.at) else {
      try await refuse("'\(text)' is no time-out")
    }
    try await check(end, "waits")
    return end
  }

  // MARK: What is not allowed

  private func check(_ end: Int64, _ verb: String) async throws {
    if end - request.at > WireTime.longest {
      try await refuse("it \(verb) for longer than 366 days")
    }
  }

  private func checkResult(_ json: String) async throws {
    let limit = run.settings.largestResult
    if json.utf8.count > limit {
      try await refuse(
        "its result has \(json.utf8.count) bytes of JSON, and \(limit) are allowed",
        "keep files elsewhere and return their addresses")
    }
  }

  private func refuse(_ problem: String, _ remedy: String = "change it in the app") async throws
    -> Never
  {
    try await giveUp(
      StoredError(name: "StepRefused", message: "step '\(op.label)': \(problem)\n  → \(remedy)"))
  }

  private func giveUp(_ error: StoredError) async throws -> Never {
    try await step.end(error: error)
  }
}
