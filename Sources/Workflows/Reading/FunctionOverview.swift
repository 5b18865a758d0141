internal import Storage

/// A function in a list: what starts it, its limits and what its runs do.
public struct FunctionOverview: Sendable, Equatable {
  public let id: String
  /// Names and patterns of events.
  public let events: [String]
  /// Schedules.
  public let crons: [String]
  /// The app that executes it; nil for one of this program.
  public let app: String?
  /// No new runs are made.
  public let isArchived: Bool
  /// Attempts after the first; nil where another node has the function and this one does not.
  public let retries: Int?
  public let limits: Limits
  public let counts: Counts

  public struct Limits: Sendable, Equatable {
    public var concurrency: [Int] = []
    public var rate: Rate?
    public var throttle: Rate?
    public var debounce: Wait?
    public var batch: Wait?
    /// `skip` or `cancel`.
    public var singleton: String?
    public var hasPriority = false
    /// Events that cancel its runs.
    public var cancelOn: [String] = []
  }

  public struct Rate: Sendable, Equatable {
    public var limit: Int
    public var period: Duration
    /// How many may come at once.
    public var burst: Int
  }

  /// Of a debounce or a batch.
  public struct Wait: Sendable, Equatable {
    /// Of a batch.
    public var maxSize: Int?
    /// Of a debounce.
    public var period: Duration?
    public var timeout: Duration?
  }

  public struct Counts: Sendable, Equatable {
    public var running = 0
    public var queued = 0
    /// Sleeping, waiting or scheduled.
    public var waiting = 0
    /// Within the last 24 hours.
    public var completed = 0
    public var failed = 0
  }
}

extension Engine {
  /// The functions of this node and those that others have brought along, by id.
  public func functionOverviews() async throws -> [FunctionOverview] {
    let (known, now) = (core.functions, core.clock.now)
    return try await core.database.read { db in
      let counts = try FunctionOverview.counts(db, now: now)
      var found = known.all.map { FunctionOverview($0, known, counts[$0.id]) }
      for row in try db.rows("SELECT id, triggers FROM workflow_function ORDER BY id") {
        let id: String = try row.get("id")
        if known[id] != nil { continue }
        let events = try JSON.decode([String].self, from: row.get("triggers"))
        found.append(FunctionOverview(id: id, events: events, counts: counts[id]))
      }
      return found.sorted { $0.id < $1.id }
    }
  }
}

extension FunctionOverview {
  init(id: String, events: [String], counts: Counts?) {
    (self.id, self.events, crons, app) = (id, events, [], nil)
    (isArchived, retries, limits) = (false, nil, Limits())
    self.counts = counts ?? Counts()
  }

  init(_ function: FunctionDefinition, _ registry: FunctionRegistry, _ counts: Counts?) {
    (id, isArchived) = (function.id, function.isArchived)
    events = function.triggers.map(\.pattern.text)
    crons = function.crons.map(\.schedule)
    app = registry.group(of: function.id)
    retries = function.retries.retries
    limits = Limits(function.rules)
    self.counts = counts ?? Counts()
  }

  static func counts(_ db: any Connection, now: Int64) throws -> [String: Counts] {
    let rows = try db.rows(
      """
      SELECT function_id, state, count(*) AS runs FROM workflow_run
      WHERE ended_ms IS NULL GROUP BY function_id, state
      UNION ALL
      SELECT function_id, state, count(*) AS runs FROM workflow_run
      WHERE ended_ms >= :since GROUP BY function_id, state
      """, ["since": now - 86_400_000])
    var counts: [String: Counts] = [:]
    for row in rows {
      let (id, runs): (String, Int) = (try row.get("function_id"), try row.get("runs"))
      switch try row.get("state", as: Run.State.self) {
      case .running: counts[id, default: Counts()].running += runs
      case .queued: counts[id, default: Counts()].queued += runs
      case .scheduled, .sleeping, .waiting: counts[id, default: Counts()].waiting += runs
      case .completed: counts[id, default: Counts()].completed += runs
      case .failed: counts[id, default: Counts()].failed += runs
      case .cancelled: break
      }
    }
    return counts
  }
}

extension FunctionOverview.Limits {
  init(_ rules: FlowRules) {
    concurrency = rules.concurrency.map(\.limit)
    rate = rules.rate.map { .init(limit: $0.limit, period: $0.period, burst: $0.burst) }
    throttle = rules.throttle.map { .init(limit: $0.limit, period: $0.period, burst: $0.burst) }
    debounce = rules.debounce.map { .init(period: $0.period, timeout: $0.timeout) }
    batch = rules.batch.map { .init(maxSize: $0.maxSize, timeout: $0.timeout) }
    singleton = rules.singleton.map { $0 == .skip ? "skip" : "cancel" }
    hasPriority = rules.hasPriority
    cancelOn = rules.cancelOn.map(\.name)
  }
}
