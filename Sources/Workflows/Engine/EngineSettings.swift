/// What an engine can be told beside its functions.
public struct EngineSettings: Sendable {
  /// Runs that execute at a time in this process; further ones stay queued.
  public var maximumExecuting = 512
  /// Runs at rest whose tasks stay in memory. Beyond it the tasks are unwound, and the journal is replayed when the
  /// rest is over.
  public var maximumResting = 20_000
  /// How long others leave a silent node its runs.
  public var lease: Duration = .seconds(30)
  public var leaseRenewal: Duration = .seconds(10)
  /// Ended runs and events older than this are deleted; nil keeps them.
  public var retention: Duration? = .seconds(30 * 24 * 3600)
  /// An event with a sender's id is known again for this long.
  public var deduplication: Duration = .seconds(24 * 3600)
  /// The largest step result or function output, in bytes of JSON.
  public var largestResult = 4 << 20
  /// A step that takes longer appears in the journal while it is executed.
  public var showsStepsAfter: Duration = .milliseconds(500)

  public init() {}
}
