internal import Storage
internal import Synchronization

extension Step {
  /// Executes several branches at the same time and gives their results in order.
  ///
  /// Each branch has a `Step` of its own. All branches go on to their end; then the error of the first that failed,
  /// in their order, is thrown.
  public func parallel<each Value: Sendable>(
    _ name: String, _ branch: repeat @escaping @Sendable (Step) async throws -> each Value
  ) async throws -> (repeat each Value) {
    var works: [@Sendable (Step) async throws -> any Sendable] = []
    for work in repeat each branch { works.append { try await work($0) } }
    let all = works
    var values = try await parallel(name, count: all.count, limit: nil) { index, step in
      try await all[index](step)
    }.makeIterator()
    func next<Result>(_ type: Result.Type) -> Result {
      // Each value has just come out of the closure whose type this is.
      values.next() as! Result  // swift-format-ignore: NeverForceUnwrap
    }
    return (repeat next((each Value).self))
  }

  /// Executes a branch for each element, at most `limit` at the same time; their results in the elements' order.
  public func parallel<Element: Sendable, Value: Sendable>(
    _ name: String, over elements: [Element], limit: Int? = nil,
    _ branch: @escaping @Sendable (Element, Step) async throws -> Value
  ) async throws -> [Value] {
    try await parallel(name, count: elements.count, limit: limit) { index, step in
      try await branch(elements[index], step)
    }
  }

  private func parallel<Value: Sendable>(
    _ name: String, count: Int, limit: Int?,
    _ work: @escaping @Sendable (Int, Step) async throws -> Value
  ) async throws -> [Value] {
    try await withSlot(name, .parallel) { slot in
      let lanes = max(1, min(limit ?? count, count))
      let crew = Crew<Value>(count: count, lanes: lanes)
      if count > 0 { await execute(slot, crew, lanes: lanes, work) }
      // What happened in a stopped run, whose branches all threw, is of no interest.
      _ = try live.ticket()
      if slot.record == nil {
        let entry = slot.entry(.done)
        try await live.commit { commit, ticket in try commit.record(entry, ticket) }
      }
      return try crew.results.map { try $0.get() }
    }
  }

  private func execute<Value: Sendable>(
    _ slot: Slot, _ crew: Crew<Value>, lanes: Int,
    _ work: @escaping @Sendable (Int, Step) async throws -> Value
  ) async {
    live.addBranches(lanes - 1)
    for _ in 0..<lanes { live.core.turns?.expect() }
    live.core.turns?.leave()
    await withTaskGroup(of: Void.self) { group in
      for lane in 0..<lanes {
        group.addTask { await self.workOff(slot, crew, lane: lane, work) }
      }
    }
    await live.core.turns?.arrive(runID + slot.place)
  }

  /// One of several tasks that take the branches in turn.
  private func workOff<Value: Sendable>(
    _ slot: Slot, _ crew: Crew<Value>, lane: Int,
    _ work: @Sendable (Int, Step) async throws -> Value
  ) async {
    await live.core.turns?.arrive("\(runID)\(slot.place)/\(lane)")
    while let index = crew.next() {
      let step = Step(live: live, branch: Branch(prefix: "\(slot.place)/\(index + 1)/"))
      do {
        crew.set(index, .success(try await work(index, step)))
      } catch {
        crew.set(index, .failure(error))
      }
    }
    if crew.endLane() {
      // The last one leaves its activity to the function.
      live.core.turns?.expect()
    } else {
      await live.endBranch()
    }
    live.core.turns?.leave()
  }
}

/// The branches of a parallel: which are still to begin, and what has come of the others.
private final class Crew<Value: Sendable>: Sendable {
  private struct State {
    var next = 0
    var lanes: Int
    var results: [Result<Value, any Error>?]
  }

  private let state: Mutex<State>

  init(count: Int, lanes: Int) {
    state = Mutex(State(lanes: lanes, results: Array(repeating: nil, count: count)))
  }

  func next() -> Int? {
    state.withLock { state in
      guard state.next < state.results.count else { return nil }
      defer { state.next += 1 }
      return state.next
    }
  }

  func set(_ index: Int, _ result: Result<Value, any Error>) {
    state.withLock { $0.results[index] = result }
  }

  /// Whether it was the last lane.
  func endLane() -> Bool {
    state.withLock { state in
      state.lanes -= 1
      return state.lanes == 0
    }
  }

  var results: [Result<Value, any Error>] {
    state.withLock { $0.results.map { $0 ?? .failure(CancellationError()) } }
  }
}
