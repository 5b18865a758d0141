public import Storage

/// The render queue: films and their parts, given out to workers one at a time.
///
/// Every change is one transaction. A worker holds a job by a lease, which it renews; whatever it changes names the
/// lease's fence, so that one who lost the lease changes nothing. All methods throw `StorageError` when the database
/// cannot be used.
public struct RenderQueue: Sendable {
  public static let migrations = MigrationSet(
    name: "jobs", files: [("m0001-jobs", PackageResources.m0001_jobs_sql)])

  let database: any Database
  let clock: any NodeClock
  /// How long a lease lasts without being renewed, in milliseconds.
  public var leaseMS: Int64 = 30_000
  /// Waiting before the second, third and fourth attempt, in milliseconds; the last one goes on.
  public var retryDelaysMS: [Int64] = [2_000, 8_000, 30_000]

  public init(database: any Database, clock: any NodeClock = SystemClock()) {
    (self.database, self.clock) = (database, clock)
  }
}

/// What the queue refuses.
public enum QueueError: Error, Sendable, Equatable, CustomStringConvertible {
  case noSuchJob(String)
  /// The job's state does not allow it.
  case wrongState(id: String, state: JobState, wanted: String)
  /// Files in quarantine, by SHA-256 and name.
  case quarantined([QuarantinedAsset])

  public var description: String {
    switch self {
    case .noSuchJob(let id):
      "there is no job '\(id)' in the queue\n  → 'reelnode queue list --all' shows what there is"
    case .wrongState(let id, let state, let wanted):
      "job \(id) is \(state.rawValue) and cannot be \(wanted)"
    case .quarantined(let assets):
      assets.map { asset in
        "'\(asset.name)' (\(asset.sha256.prefix(12))…) brought the decoder down \(asset.crashes) times and is in quarantine\n  → make the file anew, or let it out with 'reelnode queue release \(asset.sha256.prefix(12))'"
      }.joined(separator: "\n")
    }
  }
}

/// A file that jobs may not use.
public struct QuarantinedAsset: Sendable, Hashable {
  public var sha256: String
  public var name: String
  public var crashes: Int
  public var lastMS: Int64
}
