internal import Storage

/// A step that the function has reached: its place and what the journal has of it.
struct Slot: Sendable {
  let place: String
  let name: String
  let kind: StepRecord.Kind
  let record: StepRecord?
  let startedAt: Int64

  /// What is written about the step.
  func entry(_ state: StepRecord.State) -> StepEntry {
    StepEntry(
      place: place, name: name, kind: kind, state: state, attempt: record?.attempt ?? 1,
      failures: record?.failures ?? [], startedAt: startedAt)
  }
}

extension Step {
  /// Runs one step's work between its beginning and its end in the branch.
  func withSlot<Value: Sendable>(
    _ name: String, _ kind: StepRecord.Kind, _ work: (Slot) async throws -> Value
  ) async throws -> Value {
    let slot = try begin(name, kind)
    defer {
      live.ended(slot.place)
      branch.ended()
    }
    let value = try await work(slot)
    if slot.record?.state != .done { await live.core.turns?.yield(runID + slot.place) }
    return value
  }

  private func begin(_ name: String, _ kind: StepRecord.Kind) throws -> Slot {
    try live.mayGoOn()
    if let fault = live.fault { throw StepFailure.noRetry(fault) }
    let next: (place: String, name: String)
    do {
      next = try branch.next(name)
    } catch let fault as StoredError {
      live.fail(with: fault)
      throw StepFailure.noRetry(fault)
    }
    let record = live.stored(at: next.place)
    try check(record, next, kind)
    let slot = Slot(
      place: next.place, name: next.name, kind: kind, record: record,
      startedAt: record?.startedAt ?? live.core.clock.now)
    if record?.endedAt == nil { live.began(slot.entry(.running)) }
    return slot
  }

  /// What stands at this place in the journal has to be the same step.
  private func check(
    _ record: StepRecord?, _ next: (place: String, name: String), _ kind: StepRecord.Kind
  ) throws {
    var stored = record.map { ($0.name, $0.kind) }
    if record == nil, kind != .parallel, live.hadBranches(at: next.place) {
      stored = ("?", .parallel)
    }
    guard let stored, stored != (next.name, kind) else { return }
    branch.ended()
    let fault = StoredError(
      name: "ReplayMismatch",
      message: """
        at place \(next.place) the function has \(kind.text) '\(next.name)', and the journal has \
        \(stored.1.text) '\(stored.0)'
          → put the function back as it was, or replay the run from an earlier step
        """)
    live.fail(with: fault)
    throw StepFailure.noRetry(fault)
  }

  /// Gives a finished step's value; nil for one that is not finished. Throws the error of one that failed for good.
  func stored<Value: Decodable>(_ slot: Slot, as type: Value.Type) throws -> Value? {
    guard let record = slot.record else { return nil }
    switch record.state {
    case .failed: throw record.failure
    case .done: return try decode(record.result ?? JSON.null, of: slot, as: type)
    default: return nil
    }
  }

  func decode<Value: Decodable>(_ json: String, of slot: Slot, as type: Value.Type) throws -> Value
  {
    try decoding(slot, type) { try JSON.decode(type, from: json) }
  }

  /// Says of a stored result that cannot be read whose it is, and ends the run.
  func decoding<Value>(_ slot: Slot, _ type: Value.Type, _ read: () throws -> Value) throws
    -> Value
  {
    do {
      return try read()
    } catch let error as DecodingError {
      let (place, reason) = error.placeAndReason
      let fault = StoredError(
        name: "ResultMismatch",
        message: """
          step '\(slot.name)': its stored result is no \(type)\(place.isEmpty ? "" : " at \(place)"): \(reason)
            → let the type read what an earlier version stored, or replay the run from this step
          """)
      live.fail(with: fault)
      throw StepFailure.noRetry(fault)
    }
  }

  /// A value as JSON that the journal takes.
  func encode<Value: Encodable>(_ value: Value, of slot: Slot) throws -> String {
    let json = try JSON.encode(value)
    let limit = live.core.settings.largestResult
    if json.utf8.count > limit {
      throw StepFailure.noRetry(
        StoredError.tooLarge("the result of step '\(slot.name)'", json.utf8.count, limit))
    }
    return json
  }
}

extension StepRecord {
  var failure: StepError {
    StepError(
      step: name, attempts: attempt, cause: error ?? StoredError(name: "", message: "unknown"))
  }
}

extension StepRecord.Kind {
  /// For people.
  fileprivate var text: String {
    switch self {
    case .run: "the step"
    case .transaction: "the transaction"
    case .send: "the sending of events"
    case .sleep: "the sleep"
    case .wait: "the wait"
    case .invoke: "the invocation"
    case .parallel: "the parallel"
    }
  }
}
