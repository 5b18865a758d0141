internal import Storage
internal import Synchronization

/// What the parts of one engine share.
final class EngineCore: Sendable {
  let database: any Database
  let clock: any NodeClock
  let settings: EngineSettings
  let ids: IDSource
  /// This process among the nodes of the database.
  let nodeID: String
  let live = LiveRuns()
  let timers = Timers()
  let bell = Bell()
  /// Of tests only.
  let turns: Turnstile?
  let faults: FaultPlan?
  private let state: Mutex<State>

  private struct State {
    var isRunning = false
    var isCrowded = false
    var failure: (any Error)?
    var functions: FunctionRegistry
  }

  init(
    database: any Database, functions: FunctionRegistry, settings: EngineSettings,
    clock: any NodeClock, seed: UInt64? = nil, faults: FaultPlan? = nil
  ) {
    self.database = database
    state = Mutex(State(functions: functions))
    (self.settings, self.clock) = (settings, clock)
    (ids, turns) = (IDSource(seed: seed), seed.map { Turnstile(seed: $0) })
    self.faults = faults
    nodeID = ids.make(at: clock.now)
  }

  /// Those of now: each transaction and each task keeps the ones that it began with.
  var functions: FunctionRegistry { state.withLock { $0.functions } }

  /// Gives the functions as they are then.
  func changeFunctions(
    _ change: (FunctionRegistry) throws -> FunctionRegistry
  ) throws -> FunctionRegistry {
    try state.withLock { state in
      state.functions = try change(state.functions)
      return state.functions
    }
  }

  /// Whether this node begins runs.
  var isRunning: Bool {
    get { state.withLock { $0.isRunning } }
    set { state.withLock { $0.isRunning = newValue } }
  }

  /// Runs may wait in the queue for room in this process: no new one goes before them.
  var isCrowded: Bool {
    get { state.withLock { $0.isCrowded } }
    set { state.withLock { $0.isCrowded = newValue } }
  }

  /// There is room for one more run.
  func gainedRoom() { if isCrowded { bell.ring() } }

  /// The error of the database that ended the engine.
  var failure: (any Error)? { state.withLock { $0.failure } }

  func fail(_ error: any Error) {
    state.withLock { if $0.failure == nil { $0.failure = error } }
    bell.close()
  }

  // MARK: Writing

  /// Runs one transaction, and then does in this process what it led to.
  @discardableResult
  func commit<Value: Sendable>(
    _ body: @escaping @Sendable (inout Commit) throws -> Value
  ) async throws -> Value {
    try faults?.beforeCommit()
    let (value, effects) = try await database.write { db in
      var commit = self.makeCommit(db)
      let value = try body(&commit)
      return (value, commit.effects)
    }
    try faults?.afterCommit()
    apply(effects)
    return value
  }

  /// The same for a run's own records, which must not be lost to a full disk: it waits until there is room.
  func commitPatiently<Value: Sendable>(
    _ body: @escaping @Sendable (inout Commit) throws -> Value
  ) async throws -> Value {
    var pause: Int64 = 100
    while true {
      do {
        return try await commit(body)
      } catch let error as StorageError where error.isTransient {
        try await clock.sleep(milliseconds: pause)
        pause = min(pause * 2, 5_000)
      }
    }
  }

  func makeCommit(_ db: any Connection) -> Commit {
    Commit(
      db: db, now: clock.now, node: nodeID, functions: functions, ids: ids, settings: settings,
      room: roomForNew)
  }

  private var roomForNew: Int {
    let mayBegin = state.withLock { $0.isRunning && !$0.isCrowded }
    return mayBegin ? max(0, settings.maximumExecuting - live.executing) : 0
  }

  private func apply(_ effects: Commit.Effects) {
    turns?.hold()
    defer { turns?.release() }
    for (run, events) in effects.started { begin(run, events: events, journal: []) }
    for id in effects.hinted { live[id]?.callWaiting() }
    timers.lower(to: effects.earliestDue)
    if effects.hasQueued { bell.ring() }
  }

  // MARK: Runs

  /// Executes a run that belongs to this node. Where the engine is ending, its end gives the run back.
  func begin(_ run: Run, events: [Event], journal: [StepRecord]) {
    guard let function = functions[run.functionID] else { return }
    let live = LiveRun(run, function, events: events, journal: journal, core: self)
    guard self.live.add(live) else { return }
    turns?.expect()
    live.attach(Task { await Execution(live: live).execute() })
  }

  func didRest(_ run: LiveRun) {
    run.noteRest()
    live.cameToRest()
    gainedRoom()
    if live.isClosed {
      run.stop(.drained)
    } else if live.resting > settings.maximumResting {
      run.evict()
    }
  }
}
