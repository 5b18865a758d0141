public import Storage

/// The render queue: films and their parts, given out to workers one at a time.
///
/// Every change is one transaction. A worker holds a job by a lease, which it renews; whatever it changes names the
/// lease's fence, so that one who lost the lease changes nothing. All methods throw `StorageError` when the database
/// cannot be used. Copies are the same queue, and any number of processes may have it open.
public struct RenderQueue: Sendable {
  public static let migrations = MigrationSet(
    name: "jobs", files: [("m0001-jobs", PackageResources.m0001_jobs_sql)])

  /// How long ended jobs are kept, in milliseconds.
  public static let retentionMS: Int64 = 30 * 86_400_000

  /// Writes in a transaction that ends a job, for those that wait for it.
  public typealias Ending = @Sendable (any Connection, RenderJob) throws -> Void

  let database: any Database
  let clock: any NodeClock
  let watch = ClockWatch()
  let idleness = Idleness()
  /// How long a lease lasts without being renewed, in milliseconds. The same for all that share the queue.
  public var leaseMS: Int64 = 30_000
  /// How much longer a lease is left to its owner than it lasts, because clocks differ and are set.
  public var graceMS: Int64 = 5_000
  /// Waiting before the second, third and fourth attempt, in milliseconds; the last one goes on.
  public var retryDelaysMS: [Int64] = [2_000, 8_000, 30_000]

  public init(database: any Database, clock: any NodeClock = SystemClock()) {
    (self.database, self.clock) = (database, clock)
  }
}
