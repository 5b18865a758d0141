/// A function's limits over stored events.
struct FlowRules: Sendable {
  struct Rate: Sendable, Equatable {
    var limit: Int
    var period: Duration
    /// How many more than one may come at once.
    var burst: Int
    var isWindow: Bool

    var cells: CellRate {
      CellRate(limit: limit, periodMilliseconds: period.milliseconds, burst: burst)
    }
  }

  struct Debounce: Sendable, Equatable {
    var period: Duration
    var timeout: Duration?
  }

  struct Batch: Sendable, Equatable {
    var maxSize: Int
    var timeout: Duration
  }

  enum Singleton: Sendable { case skip, cancel }

  struct CancelOn: Sendable {
    var name: String
    var timeout: Duration?
    var key: @Sendable (Event) throws -> String
  }

  var concurrency: [Int] = []
  var rate: Rate?
  var throttle: Rate?
  var debounce: Debounce?
  var batch: Batch?
  var singleton: Singleton?
  var hasPriority = false
  var cancelOn: [CancelOn] = []
  /// Throws where the event does not decode.
  var keys: @Sendable (Event) throws -> FlowKeys = { _ in FlowKeys() }

  /// Runs of it must be let in one by one.
  var limitsExecution: Bool {
    !concurrency.isEmpty || throttle != nil || (debounce != nil && singleton != nil)
  }

  /// How many runs might find room under a rule of this name; nil when there is no such rule.
  func room(under rule: String) -> Int? {
    if rule == FlowRuleName.throttle { return throttle == nil ? nil : 1 }
    return concurrency.indices.first { FlowRuleName.concurrency($0) == rule }.map {
      concurrency[$0]
    }
  }

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
struct FlowKeys: Sendable, Equatable {
  var concurrency: [String] = []
  /// Nil where the event is not counted.
  var rate: String?
  var throttle = ""
  var debounce = ""
  var batch = ""
  var singleton = ""
  /// Seconds.
  var priority = 0
  var cancelOn: [String] = []

  private static let mostPriority = 12 * 3600

  /// How far the run goes before others, milliseconds.
  var advance: Int64 {
    Int64(max(-Self.mostPriority, min(Self.mostPriority, priority))) * 1000
  }
}

/// What rules are called in the database.
enum FlowRuleName {
  static func concurrency(_ place: Int) -> String { "concurrency.\(place)" }
  static func cancel(_ place: Int) -> String { "cancel.\(place)" }
  static let throttle = "throttle"
  static let rate = "rate"
  static let singleton = "singleton"
  static let gather = "gather"
}
