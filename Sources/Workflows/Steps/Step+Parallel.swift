internal import Storage
internal import Synchronization

extension Step {
  /// Executes two branches at the same time and gives their results in order.
  ///
  /// Each branch has a `Step` of its own. All branches go on to their end; then the error of the first that failed,
  /// in their order, is thrown.
  public func parallel<First: Sendable, Second: Sendable>(
    _ name: String, _ first: @escaping @Sendable (Step) async throws -> First,
    _ second: @escaping @Sendable (Step) async throws -> Second
  ) async throws -> (First, Second) {
    let values = try await parallel(name, [{ try await first($0) }, { try await second($0) }])
    return (result(values, 0), result(values, 1))
  }

  /// Executes three branches at the same time.
  public func parallel<First: Sendable, Second: Sendable, Third: Sendable>(
    _ name: String, _ first: @escaping @Sendable (Step) async throws -> First,
    _ second: @escaping @Sendable (Step) async throws -> Second,
    _ third: @escaping @Sendable (Step) async throws -> Third
  ) async throws -> (First, Second, Third) {
    let values = try await parallel(
      name, [{ try await first($0) }, { try await second($0) }, { try await third($0) }])
    return (result(values, 0), result(values, 1), result(values, 2))
  }

  /// Executes four branches at the same time.
  public func parallel<First: Sendable, Second: Sendable, Third: Sendable, Fourth: Sendable>(
    _ name: String, _ first: @escaping @Sendable (Step) async throws -> First,
    _ second: @escaping @Sendable (Step) async throws -> Second,
    _ third: @escaping @Sendable (Step) async throws -> Third,
    _ fourth: @escaping @Sendable (Step) async throws -> Fourth
  ) async throws -> (First, Second, Third, Fourth) {
    let values = try await parallel(
      name,
      [
        { try await first($0) }, { try await second($0) }, { try await third($0) },
        { try await fourth($0) },
      ])
    return (result(values, 0), result(values, 1), result(values, 2), result(values, 3))
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

  /// Branches with results of several types. (A pack of closures would say it once; the compiler does not take closure
  /// literals for `@Sendable` there.)
  private func parallel(
    _ name: String, _ branches: [@Sendable (Step) async throws -> any Sendable]
  ) async throws -> [any Sendable] {
    try await parallel(name, count: branches.count, limit: nil) { index, step in
      try await branches[index](step)
    }
  }

  private func result<Value>(_ values: [any Sendable], _ index: Int) -> Value {
    // It has just come out of the closure whose type this is.
    values[index] as! Value
  }

  private func parallel<Value: Sendable>(
    _ name: String, count: Int, limit: Int?,
    _ work: @escaping @Sendable (Int, Step) async throws -> Value
  ) async throws -> [Value] {
    try await withSlot(name, .parallel) { slot in
      let lanes = max(1, min(limit ?? count, count))
      let crew = Crew<Value>(count: count, lanes: lanes)
      if count > 0 { await execute(slot.place, crew, lanes: lanes, work) }
      // What happened in a stopped run, whose branches all threw, is of no interest.
      _ = try live.ticket()
      if slot.record == nil {
        let entry = slot.entry(.done)
        try await live.commit { commit, ticket in try commit.record(entry, ticket) }
      }
      return try crew.results.map { try $0.get() }
    }
  }

  func execute<Value: Sendable>(
    _ place: String, _ crew: Crew<Value>, lanes: Int,
    _ work: @escaping @Sendable (Int, Step) async throws -> Value
  ) async {
    live.addBranches(lanes - 1)
    for _ in 0..<lanes { live.core.turns?.expect() }
    live.core.turns?.leave()
    await withTaskGroup(of: Void.self) { group in
      for lane in 0..<lanes {
        group.addTask { await self.workOff(place, crew, lane: lane, work) }
      }
    }
    await live.core.turns?.arrive(runID + place)
  }

  /// One of several tasks that take the branches in turn.
  private func workOff<Value: Sendable>(
    _ place: String, _ crew: Crew<Value>, lane: Int,
    _ work: @Sendable (Int, Step) async throws -> Value
  ) async {
    await live.core.turns?.arrive("\(runID)\(place)/\(lane)")
    while let index = crew.next() {
      let step = Step(live: live, branch: Branch(prefix: "\(place)/\(index + 1)/"))
      do {
        crew.set(index, .success(try await work(index, step)))
      } catch {
        crew.set(index, .failure(error))
      }
    }
    if crew.endLane() {
      // The last one leaves its activity to the function.
      live.core.turns?.expect()
      live.core.turns?.leave()
    } else {
      await live.endBranch()
    }
  }
}

/// The branches of a parallel: which are still to begin, and what has come of the others.
final class Crew<Value: Sendable>: Sendable {
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
