internal import Storage

/// One transaction of the engine's: the connection, the time it happens at, and what is to be done in this process
/// once it is on the disk.
struct Commit {
  let db: any Connection
  let now: Int64
  let node: String
  let functions: FunctionRegistry
  let ids: IDSource
  let settings: EngineSettings
  /// Runs that this node may begin within the transaction; nothing begins in one that is not a running node.
  var room: Int
  var effects = Effects()

  /// What a transaction leads to in this process.
  struct Effects: Sendable {
    /// Runs that this node now owns and has to execute, with their events.
    var started: [(run: Run, events: [Event])] = []
    /// Runs that this node executes and whose waits should look again.
    var hinted: [String] = []
    /// There is something new to claim.
    var hasQueued = false
    /// Something rests until then.
    var earliestDue: Int64?

    mutating func rests(until due: Int64?) {
      guard let due else { return }
      earliestDue = min(earliestDue ?? .max, due)
    }
  }

  func function(_ id: String) -> FunctionDefinition? { functions[id] }

  mutating func makeID() -> String { ids.make(at: now) }
}
