internal import Storage
internal import Synchronization

/// A run whose task is in this process, executing or at rest.
///
/// The task has one branch, or several inside a `parallel`. A branch executes or rests; when all of them rest, so does
/// the run: in the database it is `sleeping` or `waiting`, and goes on when a claim has given it a new fence.
final class LiveRun: Sendable {
  let run: Run
  let function: FunctionDefinition
  let events: [Event]
  let core: EngineCore
  private let journal: [String: StepRecord]
  private let state: Mutex<State>

  private struct State {
    var fence: Int64
    var branches = 1
    var resting: [String: Rest] = [:]
    /// The suspended branches, and those that were woken before they suspended.
    var waiters: [String: CheckedContinuation<Wake, any Error>] = [:]
    var early: [String: Wake] = [:]
    var executing: [String: StepEntry] = [:]
    var stopped: RunStopped.Reason?
    var fault: StoredError?
    var hasFinishedSteps = false
    /// Rests less claims: 1 while the run is at rest. A claim may come before the rest has been counted.
    var rests = 0
    var task: Task<Void, Never>?

    var isAtRest: Bool { branches > 0 && resting.count == branches }
  }

  private struct Rest {
    var due: Int64?
    var isWaiting: Bool
  }

  /// Why a branch goes on.
  enum Wake: Sendable {
    /// The run was claimed then; a sleep that was over is marked so.
    case claimed(at: Int64)
    /// The branch's time or event came while other branches were executing.
    case called
  }

  init(
    _ run: Run, _ function: FunctionDefinition, events: [Event], journal: [StepRecord],
    core: EngineCore
  ) {
    (self.run, self.function, self.events, self.core) = (run, function, events, core)
    self.journal = Dictionary(journal.map { ($0.place, $0) }) { _, last in last }
    state = Mutex(State(fence: run.fence))
  }

  var isStopped: Bool { state.withLock { $0.stopped != nil } }
  var stopReason: RunStopped.Reason? { state.withLock { $0.stopped } }
  var isAtRest: Bool { state.withLock { $0.isAtRest } }
  /// Whether it was counted as resting last.
  var isCountedAtRest: Bool { state.withLock { $0.rests > 0 } }
  func noteRest() { state.withLock { $0.rests += 1 } }
  var fence: Int64 { state.withLock { $0.fence } }
  /// What the run must end with, whatever its function makes of the error.
  var fault: StoredError? { state.withLock { $0.fault } }
  var hasFinishedSteps: Bool { state.withLock { $0.hasFinishedSteps } }

  var journalRecords: [StepRecord] { Array(journal.values) }

  func stored(at place: String) -> StepRecord? { journal[place] }

  /// Whether a parallel stood at this place in an earlier execution.
  func hadBranches(at place: String) -> Bool {
    !journal.isEmpty && journal.keys.contains { $0.hasPrefix(place + "/") }
  }

  func attach(_ task: Task<Void, Never>) {
    let isStopped = state.withLock { state in
      state.task = task
      return state.stopped != nil
    }
    if isStopped { task.cancel() }
  }

  /// Ends the task: every step of it throws from now on.
  func stop(_ reason: RunStopped.Reason) {
    let (task, waiters) = state.withLock { state in
      if state.stopped == nil { state.stopped = reason }
      defer { state.waiters = [:] }
      return (state.task, state.waiters.values)
    }
    task?.cancel()
    for waiter in waiters {
      core.turns?.expect()
      waiter.resume(throwing: CancellationError())
    }
  }

  /// Ends the task of a run at rest; one that has been claimed in the meantime goes on.
  func evict() {
    let isEvicted = state.withLock { state in
      guard state.rests > 0, state.stopped == nil else { return false }
      state.stopped = .evicted
      return true
    }
    if !isEvicted { return }
    core.live.forget(self)
    stop(.evicted)
  }

  /// The engine ends: so does a task at rest. One that executes ends at its next step; a step in flight may end, and
  /// its result is kept.
  func drain() { if isAtRest { stop(.drained) } }

  /// Whether the next step may begin.
  func mayGoOn() throws {
    if core.live.isClosed { stop(.drained) }
    _ = try ticket()
  }

  func fail(with fault: StoredError) {
    state.withLock { if $0.fault == nil { $0.fault = fault } }
  }

  // MARK: Writing

  func ticket() throws -> RunTicket {
    try state.withLock { state in
      if state.stopped != nil { throw CancellationError() }
      return RunTicket(runID: run.id, fence: state.fence)
    }
  }

  /// Runs a transaction of this run's. Throws `CancellationError` once the run is stopped, which it is where it
  /// belongs to another node by now or the database fails; an error of the function's own is passed through.
  func commit<Value: Sendable>(
    _ body: @escaping @Sendable (inout Commit, RunTicket) throws -> Value
  ) async throws -> Value {
    let ticket = try ticket()
    do {
      return try await core.commitPatiently { try body(&$0, ticket) }
    } catch let stopped as RunStopped {
      stop(stopped.reason)
      throw CancellationError()
    } catch let failure as StepBodyError {
      throw failure.cause
    } catch let error as StorageError {
      core.fail(error)
      stop(.failed)
      throw CancellationError()
    }
  }

  func noteFinishedStep() { state.withLock { $0.hasFinishedSteps = true } }

  // MARK: Resting

  /// Writes with `body`, and rests where that gives nil; until `due`, or for as long as it takes.
  ///
  /// Gives the body's value, or nil and why the branch goes on.
  func rest<Value: Sendable>(
    at place: String, until due: Int64?, isWaiting: Bool,
    unless body: @escaping @Sendable (inout Commit, RunTicket) throws -> Value?
  ) async throws -> (value: Value?, wake: Wake) {
    let (value, isAtRest): (Value?, Bool)
    do {
      (value, isAtRest) = try await commit { commit, ticket in
        self.leaveRest(place)
        if let value = try body(&commit, ticket) { return (value, false) }
        guard let all = self.enterRest(place, due, isWaiting) else { return (nil, false) }
        try commit.rest(
          ticket, isWaiting: all.isWaiting, until: all.due, functionID: self.run.functionID)
        return (nil, true)
      }
    } catch {
      leaveRest(place)
      throw error
    }
    if let value { return (value, .called) }
    core.turns?.leave()
    if isAtRest {
      core.didRest(self)
    } else if let due {
      core.timers.add(due, run: run.id)
    }
    return (nil, try await suspend(at: place))
  }

  private func enterRest(_ place: String, _ due: Int64?, _ isWaiting: Bool) -> (
    due: Int64?, isWaiting: Bool
  )? {
    state.withLock { state in
      state.resting[place] = Rest(due: due, isWaiting: isWaiting)
      return state.isAtRest ? Self.common(state.resting) : nil
    }
  }

  private static func common(_ resting: [String: Rest]) -> (due: Int64?, isWaiting: Bool) {
    (resting.values.compactMap(\.due).min(), resting.values.contains(where: \.isWaiting))
  }

  private func leaveRest(_ place: String) {
    state.withLock { _ = $0.resting.removeValue(forKey: place) }
  }

  private func suspend(at place: String) async throws -> Wake {
    let result: Result<Wake, any Error>
    do {
      result = .success(try await woken(at: place))
    } catch {
      result = .failure(error)
    }
    await core.turns?.arrive(run.id + place)
    return try result.get()
  }

  private func woken(at place: String) async throws -> Wake {
    try await withCheckedThrowingContinuation {
      (waiter: CheckedContinuation<Wake, any Error>) in
      let answer: Result<Wake, any Error>? = state.withLock { state in
        if let wake = state.early.removeValue(forKey: place) { return .success(wake) }
        if state.stopped != nil {
          core.turns?.expect()
          return .failure(CancellationError())
        }
        state.waiters[place] = waiter
        return nil
      }
      if let answer { waiter.resume(with: answer) }
    }
  }

  /// Lets the branches go on whose time has come, or that wait for something, after a claim.
  ///
  /// False when this task is not the one that the claim's fence follows: it has to be given up.
  func resume(fence: Int64, now: Int64) -> Bool {
    let isMine = state.withLock { state in
      guard state.stopped == nil, state.isAtRest, state.fence == fence - 1 else { return false }
      state.fence = fence
      state.rests -= 1
      return true
    }
    guard isMine else { return false }
    core.live.wentOn()
    // Each looks for itself whether it may go on, so a needless call does no harm and a missing one would.
    let woken = wake(.claimed(at: now)) { $0.isWaiting || ($0.due ?? .max) <= now }
    if woken == 0 { wake(.claimed(at: now)) { _ in true } }
    return true
  }

  /// Lets branches go on whose time has come while others execute.
  func callDue(now: Int64) { wakeIfExecuting { ($0.due ?? .max) <= now } }

  /// Lets waiting branches look again while others execute.
  func callWaiting() { wakeIfExecuting(\.isWaiting) }

  private func wakeIfExecuting(_ isMeant: (Rest) -> Bool) {
    if state.withLock({ !$0.isAtRest }) { wake(.called, isMeant) }
  }

  @discardableResult
  private func wake(_ wake: Wake, _ isMeant: (Rest) -> Bool) -> Int {
    let (count, waiters) = state.withLock { state in
      let places = state.resting.filter { isMeant($0.value) }.keys
      var waiters: [CheckedContinuation<Wake, any Error>] = []
      for place in places {
        state.resting.removeValue(forKey: place)
        core.turns?.expect()
        if let waiter = state.waiters.removeValue(forKey: place) {
          waiters.append(waiter)
        } else {
          state.early[place] = wake
        }
      }
      return (places.count, waiters)
    }
    for waiter in waiters { waiter.resume(returning: wake) }
    return count
  }

  // MARK: Branches

  /// `count` branches begin, in place of the one that calls, or beside the others.
  func addBranches(_ count: Int) { state.withLock { $0.branches += count } }

  /// A branch ends while others go on; where all of those rest, the run does.
  func endBranch() async {
    let isLastAwake = state.withLock { state in
      state.branches -= 1
      return state.isAtRest && state.stopped == nil
    }
    guard isLastAwake else {
      core.turns?.leave()
      return
    }
    let isResting = try? await commit { commit, ticket in
      let all = self.state.withLock { $0.isAtRest ? Self.common($0.resting) : nil }
      guard let all else { return false }
      try commit.rest(
        ticket, isWaiting: all.isWaiting, until: all.due, functionID: self.run.functionID)
      return true
    }
    core.turns?.leave()
    // A run that could not be written is stopped, and its branches have been told.
    if isResting == true { core.didRest(self) }
  }

  // MARK: Showing

  func began(_ step: StepEntry) { state.withLock { $0.executing[step.place] = step } }
  func ended(_ place: String) { state.withLock { _ = $0.executing.removeValue(forKey: place) } }

  /// It is in the journal by now.
  func shown(_ place: String) { state.withLock { $0.executing[place]?.state = .done } }

  /// Steps that have been executing since before `time` and are not yet in the journal.
  func slowSteps(before time: Int64) -> [StepEntry] {
    state.withLock { state in
      if state.executing.isEmpty { return [] }
      let slow = state.executing.filter { $0.value.startedAt <= time && $0.value.state == .running }
      return slow.map(\.value)
    }
  }
}

/// An error thrown by the function's own part of a transaction, on its way through the database.
struct StepBodyError: Error {
  let cause: any Error
}
