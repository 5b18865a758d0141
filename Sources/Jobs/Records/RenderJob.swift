internal import Foundation
internal import Storage

/// One piece of work in the queue, as it was when it was read.
public struct RenderJob: Sendable, Identifiable {
  public var id: String
  public var kind: JobKind
  public var state: JobState
  /// Hash of all that the result depends on; equal jobs of two films are one. Nil for films.
  public var key: String?
  /// What people see.
  public var label: String
  public var priority: Int
  /// JSON, understood by those who add and do the work.
  public var payload: String
  /// JSON of a job that is done.
  public var result: String?
  public var errorCode: String?
  public var errorMessage: String?
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
  public var frames: Int
  /// Never goes back, also when an attempt begins anew.
  public var framesDone: Int
  /// How much work it is, in megapixels; for judging time.
  public var weight: Double
  /// Of the attempt that succeeded.
  public var elapsedMS: Int64?
  /// Not before.
  public var runAtMS: Int64
  public var createdMS: Int64
  public var startedMS: Int64?
  public var endedMS: Int64?

  init(_ row: Row) throws {
    id = try row.get("id")
    (kind, state) = (try row.get("kind"), try row.get("state"))
    (key, label, priority) = (try row.get("key"), try row.get("label"), try row.get("priority"))
    (payload, result) = (try row.get("payload"), try row.get("result"))
    (errorCode, errorMessage) = (try row.get("error_code"), try row.get("error_message"))
    let failures: String = try row.get("failures")
    self.failures = (try? JSONDecoder().decode([JobFailure].self, from: Data(failures.utf8))) ?? []
    (attempt, maxAttempts) = (try row.get("attempt"), try row.get("max_attempts"))
    (fence, owner) = (try row.get("fence"), try row.get("owner"))
    (leaseUntilMS, isPaused) = (try row.get("lease_until_ms"), try row.get("is_paused"))
    (frames, framesDone) = (try row.get("frames"), try row.get("frames_done"))
    (weight, elapsedMS) = (try row.get("weight"), try row.get("elapsed_ms"))
    (runAtMS, createdMS) = (try row.get("run_at_ms"), try row.get("created_ms"))
    (startedMS, endedMS) = (try row.get("started_ms"), try row.get("ended_ms"))
  }
}

/// A job and the word that it is one worker's for now.
public struct Lease: Sendable, Identifiable {
  public var job: RenderJob
  public var owner: String
  public var fence: Int64
  /// UTC milliseconds.
  public var until: Int64

  public var id: String { job.id }
}

/// The job is not the caller's any more: cancelled, or given to another worker after the lease ran out. Nothing was
/// changed.
public struct LeaseLost: Error, Sendable, Equatable, CustomStringConvertible {
  public let job: String
  public var description: String {
    "job \(job) is not this worker's any more: it was cancelled, or its lease ran out"
  }
}
