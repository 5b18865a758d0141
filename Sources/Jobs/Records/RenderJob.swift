internal import Storage

/// One piece of work in the queue, as it was when it was read.
public struct RenderJob: Sendable, Identifiable {
  public var id: String
  public var kind: JobKind
  public var state: JobState
  /// Hash of all that the result depends on; equal jobs of two films are one. Nil for films.
  public var key: String?
  /// Key of the segment that goes on where this one ends, which is cheapest for the process that made this one.
  public var nextKey: String?
  /// What people see.
  public var label: String
  /// What has an influence on speed besides `weight`, such as the encoder's preset; empty where nobody said.
  public var profile: String
  /// Smaller goes first.
  public var priority: Int
  /// JSON, understood by those who add and do the work.
  public var payload: String
  /// JSON of a job that is done.
  public var result: String?
  public var errorCode: String?
  public var errorMessage: String?
  /// The same work might succeed if it were tried again; nil for jobs that have not failed.
  public var errorIsRetryable: Bool?
  /// Of every attempt that failed, the first one first.
  public var failures: [JobFailure]
  /// Attempts begun.
  public var attempt: Int
  public var maxAttempts: Int
  /// Grows each time that the job changes hands.
  public var fence: Int64
  public var owner: String?
  public var leaseUntilMS: Int64?
  public var isPaused: Bool
  /// A film more of whose parts will come.
  public var isOpen: Bool
  public var frames: Int
  /// Never goes back, also when an attempt begins anew.
  public var framesDone: Int
  /// How much work it is, in megapixels; for judging time.
  public var weight: Double
  /// What the attempt that succeeded took.
  public var elapsedMS: Int64?
  /// Not before.
  public var runAtMS: Int64
  public var createdMS: Int64
  public var startedMS: Int64?
  public var endedMS: Int64?

  init(_ row: Row) throws {
    id = try row.get("id")
    (kind, state) = (try row.get("kind"), try row.get("state"))
    (key, label) = (try row.get("key"), try row.get("label"))
    (profile, priority) = (try row.get("profile"), try row.get("priority"))
    nextKey = try row.get("next_key")
    (payload, result) = (try row.get("payload"), try row.get("result"))
    (errorCode, errorMessage) = (try row.get("error_code"), try row.get("error_message"))
    errorIsRetryable = try row.get("error_is_retryable")
    let failures: String = try row.get("failures")
    self.failures = try JobFailure.list(failures, of: id)
    (attempt, maxAttempts) = (try row.get("attempt"), try row.get("max_attempts"))
    (fence, owner) = (try row.get("fence"), try row.get("owner"))
    (leaseUntilMS, isPaused) = (try row.get("lease_until_ms"), try row.get("is_paused"))
    isOpen = try row.get("is_open")
    (frames, framesDone) = (try row.get("frames"), try row.get("frames_done"))
    (weight, elapsedMS) = (try row.get("weight"), try row.get("elapsed_ms"))
    (runAtMS, createdMS) = (try row.get("run_at_ms"), try row.get("created_ms"))
    (startedMS, endedMS) = (try row.get("started_ms"), try row.get("ended_ms"))
  }
}
