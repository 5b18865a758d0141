/// A run's task has to end here, and nothing it still does counts.
struct RunStopped: Error {
  enum Reason: Sendable {
    /// Another node has the run, or it was cancelled.
    case lost
    /// Unwound to save memory; its journal is replayed when its rest is over.
    case evicted
    /// The node ends.
    case drained
    /// The database failed.
    case failed
  }

  let reason: Reason
  init(_ reason: Reason) { self.reason = reason }
}
