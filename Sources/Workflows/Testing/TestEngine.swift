internal import Foundation
public import Storage
internal import Synchronization

/// An engine for the tests of functions: time stands still until it is told to go on, one branch executes at a time, and
/// a seed decides which. The same seed gives the same order, ids and chances.
///
///     let node = try await TestEngine([renderScene], seed: 7)
///     try await node.engine.send(SceneReady(sceneID: "s3"))
///     try await node.advance(by: .seconds(3600))
///     #expect(try await node.runs().map(\.state) == [.completed])
///
/// A step must not wait for the engine's clock or for another run by means of its own: nothing would go on.
public final class TestEngine: Sendable {
  public let clock: VirtualClock
  public let database: any Database
  private let functions: [any RegistrableFunction]
  private let settings: EngineSettings
  private let seed: UInt64
  private let state: Mutex<State>
  private let folder: TemporaryFolder?

  private struct State {
    var engine: Engine
    var starts: UInt64
  }

  /// The engine as it is now; another one after a crash.
  public var engine: Engine { state.withLock { $0.engine } }

  /// Opens a database of its own, deleted afterwards, unless it is given one.
  public convenience init(
    _ functions: [any RegistrableFunction], database: (any Database)? = nil,
    migrations: [MigrationSet] = [], seed: UInt64 = 1, settings: EngineSettings = EngineSettings(),
    clock: VirtualClock = VirtualClock()
  ) async throws {
    try await self.init(
      functions, database: database, migrations: migrations, seed: seed, settings: settings,
      clock: clock, faults: FaultPlan())
  }

  init(
    _ functions: [any RegistrableFunction], database: (any Database)?, migrations: [MigrationSet],
    seed: UInt64, settings: EngineSettings, clock: VirtualClock, faults: FaultPlan
  ) async throws {
    folder = database == nil ? try TemporaryFolder() : nil
    self.database =
      try database
      ?? SQLiteDatabase(
        path: (folder?.path ?? "") + "/test.db", migrations: [Engine.migrations] + migrations)
    (self.functions, self.settings) = (functions, settings)
    (self.seed, self.clock) = (seed, clock)
    let core = EngineCore(
      database: self.database, functions: try FunctionRegistry(functions), settings: settings,
      clock: clock, seed: seed, faults: faults)
    state = Mutex(State(engine: Engine(core: core), starts: 1))
    try await begin(core)
  }

  private func begin(_ core: EngineCore) async throws {
    try await Scheduler(core: core).register()
    core.isRunning = true
  }

  /// Returns when nothing can go on without time passing.
  public func settle() async throws {
    let core = engine.core
    let scheduler = Scheduler(core: core)
    repeat {
      await core.live.quiet()
      if isDead { return }
      try await holding(core) { try await scheduler.lookAround() }
      await core.live.quiet()
    } while try await holding(core, { try await scheduler.claim() }) || core.live.executing > 0
  }

  /// Nothing goes on before all that can go on is known.
  private func holding<Value: Sendable>(
    _ core: EngineCore, _ work: () async throws -> Value
  ) async throws -> Value {
    core.turns?.hold()
    defer { core.turns?.release() }
    return try await work()
  }

  /// Lets time pass, stopping at each instant at which something is due.
  public func advance(by duration: Duration) async throws {
    let end = clock.now + duration.milliseconds
    try await settle()
    while let next = engine.core.timers.next, next <= end, !isDead {
      clock.advance(milliseconds: max(0, next - clock.now))
      try await settle()
    }
    clock.advance(milliseconds: max(0, end - clock.now))
    try await settle()
  }

  /// Lets time pass until every run has ended, at most for `limit`. Time-outs of waits run out as well.
  public func finish(within limit: Duration = .seconds(366 * 24 * 3600)) async throws {
    let end = clock.now + limit.milliseconds
    try await settle()
    while !isDead, try await hasLiveRuns(), let next = engine.core.timers.next, next <= end {
      clock.advance(milliseconds: max(0, next - clock.now))
      try await settle()
    }
  }

  /// All runs, the oldest first.
  public func runs() async throws -> [Run] {
    try await database.read { db in
      try db.rows("SELECT \(Run.columns) FROM workflow_run ORDER BY id").map(Run.init)
    }
  }

  private func hasLiveRuns() async throws -> Bool {
    try await database.read {
      try $0.row("SELECT 1 AS one FROM workflow_run WHERE ended_ms IS NULL LIMIT 1") != nil
    }
  }

  // MARK: Crashes

  /// Whether the engine has died at a commit.
  var isDead: Bool { engine.core.faults?.isDead ?? false }

  /// The engine dies as a killed process does, and another one begins on the same database, once the dead one's lease
  /// has run out; no time passes here.
  public func crash() async throws {
    let dead = engine.core
    dead.faults?.die()
    dead.isRunning = false
    dead.live.close()
    for live in dead.live.all { live.stop(.failed) }
    await dead.live.empty()
    try await restart(after: dead)
  }

  private func restart(after dead: EngineCore) async throws {
    let starts = state.withLock { state in
      state.starts += 1
      return state.starts
    }
    let core = EngineCore(
      database: database, functions: dead.functions, settings: settings, clock: clock,
      seed: seed &+ starts << 32, faults: FaultPlan())
    try await begin(core)
    let node = dead.nodeID
    let lease: Int64? = try await database.read {
      try $0.row("SELECT lease_until_ms FROM workflow_node WHERE id = :id", ["id": node])?
        .get("lease_until_ms")
    }
    if let lease { try await Scheduler(core: core).takeOver([node: lease]) }
    state.withLock { $0.engine = Engine(core: core) }
  }

  /// Runs the functions once for each place at which an engine can die: before and after each of its commits. Each time
  /// it starts with a new database and these events, dies, goes on in another engine, and `verify` looks at what has come of it.
  ///
  /// Gives the number of crashes. Steps whose commit was not reached are executed again, finished ones never.
  @discardableResult
  public static func crashEverywhere(
    _ functions: [any RegistrableFunction], migrations: [MigrationSet] = [], seed: UInt64 = 1,
    sending events: [OutgoingEvent], verify: (TestEngine) async throws -> Void
  ) async throws -> Int {
    var crashes = 0
    for isBefore in [true, false] {
      var number = 1
      while try await crash(
        at: number, before: isBefore, functions, migrations, seed, events, verify)
      {
        (number, crashes) = (number + 1, crashes + 1)
      }
    }
    return crashes
  }

  /// False when there was no such commit.
  private static func crash(
    at number: Int, before isBefore: Bool, _ functions: [any RegistrableFunction],
    _ migrations: [MigrationSet], _ seed: UInt64, _ events: [OutgoingEvent],
    _ verify: (TestEngine) async throws -> Void
  ) async throws -> Bool {
    let faults = FaultPlan(before: isBefore)
    let node = try await TestEngine(
      functions, database: nil, migrations: migrations, seed: seed, settings: EngineSettings(),
      clock: VirtualClock(), faults: faults)
    node.engine.core.isRunning = false
    try await node.engine.send(events)
    node.engine.core.isRunning = true
    faults.die(in: number)
    // The scheduler's own transaction may be the one it dies at.
    do { try await node.finish() } catch is RunStopped {}
    let isDead = faults.isDead
    faults.die(in: nil)
    if isDead { try await node.crash() }
    try await node.finish()
    try await verify(node)
    return isDead
  }
}

/// A folder that goes with its owner.
private final class TemporaryFolder: Sendable {
  let path = NSTemporaryDirectory() + "workflows-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
