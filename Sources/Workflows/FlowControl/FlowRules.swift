/// A function's limits over stored events.
package struct FlowRules: Sendable {
  package struct Rate: Sendable, Equatable {
    package var limit: Int
    package var period: Duration
    /// How many more than one may come at once.
    package var burst: Int
    package var isWindow: Bool

    package init(limit: Int, period: Duration, burst: Int, isWindow: Bool) {
      (self.limit, self.period, self.burst, self.isWindow) = (limit, period, burst, isWindow)
    }

    var cells: CellRate {
      CellRate(limit: limit, periodMilliseconds: period.milliseconds, burst: burst)
    }
  }

  package struct Debounce: Sendable, Equatable {
    package var period: Duration
    package var timeout: Duration?

    package init(period: Duration, timeout: Duration?) {
      (self.period, self.timeout) = (period, timeout)
    }
  }

  package struct Batch: Sendable {
    package var maxSize: Int
    package var timeout: Duration
    /// An event that it does not take starts a run of its own.
    package var accepts: @Sendable (Event) -> Bool

    package init(
      maxSize: Int, timeout: Duration, accepts: @escaping @Sendable (Event) -> Bool = { _ in true }
    ) {
      (self.maxSize, self.timeout, self.accepts) = (maxSize, timeout, accepts)
    }
  }

  package struct Concurrency: Sendable, Equatable {
    package var limit: Int
    /// Counted together with the rules of all functions that name the same pool; nil for the function's runs alone.
    package var pool: String?

    package init(_ limit: Int, pool: String? = nil) { (self.limit, self.pool) = (limit, pool) }
  }

  package enum Singleton: Sendable { case skip, cancel }

  package struct CancelOn: Sendable {
    package var name: String
    package var timeout: Duration?
    /// What the event has in common with the runs that it cancels.
    package var key: @Sendable (Event) throws -> String
    /// Looks at each of those runs: at the event that started it, and the one that has come. Nil for all of them.
    package var matches: (@Sendable (_ trigger: Event, _ incoming: Event) -> Bool)?

    package init(
      name: String, timeout: Duration?, key: @escaping @Sendable (Event) throws -> String,
      matches: (@Sendable (_ trigger: Event, _ incoming: Event) -> Bool)? = nil
    ) {
      (self.name, self.timeout, self.key, self.matches) = (name, timeout, key, matches)
    }
  }

  package var concurrency: [Concurrency] = []
  package var rate: Rate?
  package var throttle: Rate?
  package var debounce: Debounce?
  package var batch: Batch?
  package var singleton: Singleton?
  package var hasPriority = false
  package var cancelOn: [CancelOn] = []
  /// Throws where the event does not decode.
  package var keys: @Sendable (Event) throws -> FlowKeys = { _ in FlowKeys() }

  package init() {}

  /// Runs of it must be let in one by one.
  var limitsExecution: Bool {
    !concurrency.isEmpty || throttle != nil || (debounce != nil && singleton != nil)
  }

  /// How many runs might find room under a rule of this name; nil when there is no such rule.
  func room(under rule: String) -> Int? {
    if rule == FlowRuleName.throttle { return throttle == nil ? nil : 1 }
    let place = concurrencyNames.firstIndex(of: rule)
    return place.map { concurrency[$0].limit }
  }

  /// What the rules of `concurrency` are called in the database.
  var concurrencyNames: [String] {
    concurrency.enumerated().map { place, rule in
      rule.pool.map(FlowRuleName.pool) ?? FlowRuleName.concurrency(place)
    }
  }

  /// A run may take in further events before it begins.
  var gathers: Bool { debounce != nil || batch != nil }

  /// An event starts a run at once, whatever it says.
  var startsAlways: Bool {
    rate == nil && debounce == nil && batch == nil && singleton == nil && !hasPriority
  }

  /// Runs have values to be found by.
  var keepsKeys: Bool {
    limitsExecution || debounce != nil || batch != nil || singleton != nil || !cancelOn.isEmpty
  }
}

/// What a function's rules say of one event.
package struct FlowKeys: Sendable, Equatable {
  package var concurrency: [String] = []
  /// Nil where the event is not counted.
  package var rate: String?
  package var throttle = ""
  package var debounce = ""
  package var batch = ""
  package var singleton = ""
  /// Seconds.
  package var priority = 0
  package var cancelOn: [String] = []

  package init() {}

  init(
    concurrency: [String], rate: String?, throttle: String, debounce: String, batch: String,
    singleton: String, priority: Int, cancelOn: [String]
  ) {
    (self.concurrency, self.rate, self.throttle) = (concurrency, rate, throttle)
    (self.debounce, self.batch, self.singleton) = (debounce, batch, singleton)
    (self.priority, self.cancelOn) = (priority, cancelOn)
  }

  private static let mostPriority = 12 * 3600

  /// How far the run goes before others, milliseconds.
  var advance: Int64 {
    Int64(max(-Self.mostPriority, min(Self.mostPriority, priority))) * 1000
  }
}

/// What rules are called in the database.
enum FlowRuleName {
  static func concurrency(_ place: Int) -> String { "concurrency.\(place)" }
  /// The same for all functions.
  static func pool(_ name: String) -> String { poolPrefix + name }
  static func isPool(_ rule: String) -> Bool { rule.hasPrefix(poolPrefix) }
  private static let poolPrefix = "concurrency.pool."
  static func cancel(_ place: Int) -> String { "cancel.\(place)" }
  static let throttle = "throttle"
  static let rate = "rate"
  static let singleton = "singleton"
  static let gather = "gather"
}
