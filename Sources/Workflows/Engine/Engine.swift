public import Storage

/// Runs functions when events come, and keeps every run's journal in the database.
///
/// An engine that is only made can send events and read; `run` makes this process a node that executes functions.
/// Several engines, in one process or many, may work on one database.
public final class Engine: Sendable {
  let core: EngineCore

  /// The tables of the engine, for opening the database.
  public static let migrations = MigrationSet(
    name: "workflows",
    files: [
      ("m0001-workflows", PackageResources.m0001_workflows_sql),
      ("m0002-flow-control", PackageResources.m0002_flow_control_sql),
      ("m0003-outside", PackageResources.m0003_outside_sql),
      ("m0004-pools", PackageResources.m0004_pools_sql),
      ("m0005-hints", PackageResources.m0005_hints_sql),
    ])

  /// Throws `InvalidFunction` for functions that make no sense.
  public convenience init(
    database: any Database, functions: [any RegistrableFunction],
    settings: EngineSettings = EngineSettings(), clock: any NodeClock = SystemClock()
  ) throws {
    self.init(
      core: EngineCore(
        database: database, functions: try FunctionRegistry(functions), settings: settings,
        clock: clock))
  }

  init(core: EngineCore) { self.core = core }

  /// This process among the nodes of the database, while it runs.
  public var nodeID: String { core.nodeID }

  /// Sends an event. It is stored when this returns, with the runs that it starts; gives its id.
  @discardableResult
  public func send<Payload: WorkflowEvent>(_ payload: Payload, id: String? = nil) async throws
    -> String
  {
    try await send([OutgoingEvent(payload, id: id)])[0].id
  }

  /// Sends several events, all of them or none; as stored, in the same order.
  @discardableResult
  public func send(_ events: [OutgoingEvent]) async throws -> [Event] {
    try await core.commit { try $0.receive(events) }
  }

  /// Ends a run that has not ended: its task is stopped, also on another node, and what its step in flight
  /// still writes is refused. False when it had ended already, or is not there.
  @discardableResult
  public func cancel(run id: String, reason: String = "it was cancelled") async throws -> Bool {
    let cancelled = try await core.commit { try $0.cancel(id, reason: reason) }
    if cancelled { core.live[id]?.stop(.lost) }
    return cancelled
  }

  /// Frees the runs of a node whose process is known to have ended, for those who can see it; others wait for its lease
  /// to run out. Nothing happens where there is no such node.
  public func takeOver(deadNode id: String) async throws {
    try await core.commit { try $0.takeOver(id, lease: nil) }
    core.bell.ring()
  }

  /// Executes functions until the task is cancelled; then lets steps in flight end, gives the runs back and returns.
  /// Throws the database's error when it fails.
  public func run() async throws {
    try await Node(core: core).run()
  }
}
