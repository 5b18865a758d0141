/// A job and the word that it is one worker's for now.
public struct Lease: Sendable, Identifiable {
  /// As it was when it was claimed.
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
