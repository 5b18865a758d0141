internal import Storage

extension Step {
  /// Has another function run, in a run of its own, and waits for its output.
  ///
  /// Throws `StepError` when it fails, is cancelled, or has not ended in time; in the last case it goes on.
  public func invoke<Input, Output>(
    _ name: String, _ function: WorkflowFunction<Input, Output>, _ input: Input,
    timeout: Duration = .seconds(365 * 24 * 3600)
  ) async throws -> Output {
    try await withSlot(name, .invoke) { slot in
      if let record = slot.record, record.endedAt != nil {
        if record.state == .failed { throw record.failure }
        return try read(record.result ?? JSON.null, of: slot, function)
      }
      var entry = slot.entry(.waiting)
      entry.due = slot.record?.dueAt ?? slot.startedAt + timeout.milliseconds
      let call = FunctionCall(
        functionID: function.id, input: try JSON.encode(input), entry: entry,
        remedy: "give it to the engine")
      let end = try await wait(for: call)
      live.noteFinishedStep()
      switch end {
      case .output(let json): return try read(json, of: slot, function)
      case .error(let cause): throw StepError(step: slot.name, attempts: 1, cause: cause)
      }
    }
  }

  private func read<Input, Output>(
    _ json: String, of slot: Slot, _ function: WorkflowFunction<Input, Output>
  ) throws -> Output {
    try decoding(slot, Output.self) { try function.output.read(json) }
  }

  func wait(for call: FunctionCall) async throws -> FunctionCall.End {
    while true {
      let (end, _) = try await live.rest(
        at: call.entry.place, until: call.entry.due, isWaiting: true
      ) { commit, ticket in try commit.call(call, ticket) }
      if let end { return end }
    }
  }
}

/// An invocation as the journal sees it.
struct FunctionCall: Sendable {
  enum End: Sendable {
    case output(String)
    case error(StoredError)
  }

  var functionID: String
  /// JSON.
  var input: String
  var entry: StepEntry
  /// What its caller's author can do where the function is not there.
  var remedy: String
}

extension Commit {
  /// Starts the called function once; its end once it has ended, or the time is up.
  mutating func call(_ call: FunctionCall, _ ticket: RunTicket) throws -> FunctionCall.End? {
    let child: String? = try db.row(
      "SELECT child_run_id FROM workflow_wait WHERE run_id = :run AND place = :place",
      ["run": ticket.runID, "place": call.entry.place])?.get("child_run_id")
    guard let child else { return try startCall(call, ticket) }
    try db.execute(
      "UPDATE workflow_wait SET is_hinted = 0 WHERE run_id = :run AND place = :place",
      ["run": ticket.runID, "place": call.entry.place])
    guard let end = try endOfCall(call, child: child) else { return nil }
    try db.execute(
      "DELETE FROM workflow_wait WHERE run_id = :run AND place = :place",
      ["run": ticket.runID, "place": call.entry.place])
    try finish(call, end, ticket)
    return end
  }

  private mutating func startCall(_ call: FunctionCall, _ ticket: RunTicket) throws
    -> FunctionCall.End?
  {
    guard let function = functions[call.functionID], !function.isArchived else {
      let error = StoredError(
        name: "UnknownFunction",
        message: "no function '\(call.functionID)' is registered\n  → \(call.remedy)")
      try finish(call, .error(error), ticket)
      return .error(error)
    }
    try record(call.entry, ticket)
    let events = try receive([
      OutgoingEvent(
        ownNamed: OwnEvent.invoked,
        data: function.dataOfInvocation(
          call.input, by: "\(ticket.runID).\(call.entry.place)"))
    ])
    let parent = Run.Parent(runID: ticket.runID, place: call.entry.place)
    switch try take(events[0], for: function, parent: parent) {
    case .run(let child):
      try wait(call, for: child, ticket)
      return nil
    case .dropped(let rule):
      let error = StoredError(
        name: "InvokeDropped",
        message:
          "function '\(call.functionID)' was not started: its \(rule) dropped the invocation\n  → invoke it later, or less often"
      )
      try finish(call, .error(error), ticket)
      return .error(error)
    }
  }

  private func wait(_ call: FunctionCall, for child: String, _ ticket: RunTicket) throws {
    try db.execute(
      """
      INSERT INTO workflow_wait (run_id, place, child_run_id, deadline_ms, seen_seq, created_ms)
      VALUES (:run, :place, :child, :deadline, 0, :now)
      """,
      [
        "run": ticket.runID, "place": call.entry.place, "child": child,
        "deadline": call.entry.due, "now": now,
      ])
  }

  private func endOfCall(_ call: FunctionCall, child: String) throws -> FunctionCall.End? {
    let run = try Run.fetch(db, id: child)
    switch run?.state {
    case .completed: return .output(run?.output ?? JSON.null)
    case .failed: return .error(run?.error ?? StoredError(name: "", message: "it failed"))
    case .cancelled:
      return .error(
        StoredError(
          name: "Cancelled",
          message: "run \(child) was cancelled: \(run?.cancelReason ?? "")"))
    case nil:
      return .error(StoredError(name: "RunDeleted", message: "run \(child) is no longer there"))
    default:
      if now < call.entry.due ?? .max { return nil }
      return .error(
        StoredError(
          name: "InvokeTimeout",
          message: "run \(child) of '\(call.functionID)' has not ended in time"))
    }
  }

  private func finish(_ call: FunctionCall, _ end: FunctionCall.End, _ ticket: RunTicket) throws {
    var entry = call.entry
    entry.due = nil
    switch end {
    case .output(let json):
      entry.state = .done
      entry.result = json
    case .error(let error):
      entry.state = .failed
      entry.error = error
    }
    try record(entry, ticket)
  }
}
