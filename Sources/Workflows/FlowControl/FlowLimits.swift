/// How much of a function happens at a time, and which events start it.
///
/// The rules are looked at in this order: batch, rate limit or idempotency, debounce, singleton; what is left becomes a
/// run, which waits for throttle and concurrency in the order of its priority and of coming. Keys are made from the
/// function's input as it is when its event comes alone: for a function of batches, a list of one. An event that
/// does not decode passes all rules, so that its run can say what is wrong with it.
public struct FlowLimits<Input: Codable & Sendable>: Sendable {
  /// What tells apart the inputs that a rule counts separately.
  public typealias Key = @Sendable (Input) -> String

  /// Two at most; a run executes when all of them have room.
  public var concurrency: [Concurrency]
  public var rateLimit: RateLimit?
  public var throttle: Throttle?
  public var debounce: Debounce?
  public var batch: Batch?
  public var singleton: Singleton?
  /// One event of each value starts a run within 24 hours; takes the place of `rateLimit`.
  public var idempotency: Key?
  /// Seconds by which a run goes before others of the function that came at the same time; a negative number lets
  /// them go first. No more than 12 hours count.
  public var priority: (@Sendable (Input) -> Int)?
  /// Five at most.
  public var cancelOn: [CancelOn]

  public init(
    concurrency: [Concurrency] = [], rateLimit: RateLimit? = nil, throttle: Throttle? = nil,
    debounce: Debounce? = nil, batch: Batch? = nil, singleton: Singleton? = nil,
    idempotency: Key? = nil, priority: (@Sendable (Input) -> Int)? = nil,
    cancelOn: [CancelOn] = []
  ) {
    (self.concurrency, self.rateLimit, self.throttle) = (concurrency, rateLimit, throttle)
    (self.debounce, self.batch, self.singleton) = (debounce, batch, singleton)
    (self.idempotency, self.priority, self.cancelOn) = (idempotency, priority, cancelOn)
  }

  /// So many runs execute at a time, in all processes together; one that sleeps or waits does not count.
  public struct Concurrency: Sendable {
    public var limit: Int
    /// With a key, so many for each of its values.
    public var key: Key?

    public init(_ limit: Int, key: Key? = nil) { (self.limit, self.key) = (limit, key) }
  }

  /// Events beyond the limit start nothing.
  public struct RateLimit: Sendable {
    public enum Mode: Sendable {
      /// Evenly: one each `period / limit`, with `limit / 10` more at once. What Inngest does.
      case even
      /// The whole limit at once, and never more in any period.
      case window
    }

    public var limit: Int
    public var period: Duration
    public var mode: Mode
    /// Nil for an event lets it through without being counted.
    public var key: (@Sendable (Input) -> String?)?

    public init(
      _ limit: Int, per period: Duration, mode: Mode = .even,
      key: (@Sendable (Input) -> String?)? = nil
    ) {
      (self.limit, self.period, self.mode, self.key) = (limit, period, mode, key)
    }
  }

  /// Runs begin evenly, one each `period / limit`; the others wait for their turn.
  public struct Throttle: Sendable {
    public var limit: Int
    public var period: Duration
    /// So many may begin at once after a pause.
    public var burst: Int
    public var key: Key?

    public init(_ limit: Int, per period: Duration, burst: Int = 1, key: Key? = nil) {
      (self.limit, self.period, self.burst, self.key) = (limit, period, burst, key)
    }
  }

  /// The last of several events starts the run, once none has come for a while.
  public struct Debounce: Sendable {
    public var period: Duration
    /// The run begins no later than this after the first of them.
    public var timeout: Duration?
    public var key: Key?

    public init(_ period: Duration, timeout: Duration? = nil, key: Key? = nil) {
      (self.period, self.timeout, self.key) = (period, timeout, key)
    }
  }

  /// Several events are one run's input. The function's triggers have to take lists: `FunctionTrigger.list`.
  public struct Batch: Sendable {
    /// So many events begin the run at once.
    public var maxSize: Int
    /// Fewer begin it this long after the first.
    public var timeout: Duration
    public var key: Key?

    public init(maxSize: Int, timeout: Duration, key: Key? = nil) {
      (self.maxSize, self.timeout, self.key) = (maxSize, timeout, key)
    }
  }

  /// One run at a time, from its event to its end.
  public struct Singleton: Sendable {
    public enum Mode: Sendable {
      /// While there is a run, events start nothing.
      case skip
      /// The run is cancelled and a new one takes its place.
      case cancel
    }

    public var mode: Mode
    /// With a key, one for each of its values.
    public var key: Key?

    public init(_ mode: Mode, key: Key? = nil) { (self.mode, self.key) = (mode, key) }
  }

  /// An event that cancels the function's runs which came before it.
  public struct CancelOn: Sendable {
    let eventName: String
    let eventKey: @Sendable (Event) throws -> String
    let inputKey: Key
    let timeout: Duration?

    /// Cancels the runs for whose input `input` gives what `property` gives for the event.
    public init<Payload: WorkflowEvent>(
      _ type: Payload.Type, where property: @escaping @Sendable (Payload) -> String,
      equals input: @escaping Key, within timeout: Duration? = nil
    ) {
      eventName = Payload.name
      eventKey = { try property($0.decode(type)) }
      (inputKey, self.timeout) = (input, timeout)
    }

    /// Cancels all of the function's runs.
    public init<Payload: WorkflowEvent>(any type: Payload.Type, within timeout: Duration? = nil) {
      eventName = Payload.name
      eventKey = { _ in "" }
      (inputKey, self.timeout) = ({ _ in "" }, timeout)
    }
  }
}
