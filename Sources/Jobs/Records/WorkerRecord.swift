internal import Storage

/// A process that takes jobs.
public struct WorkerRecord: Sendable, Hashable {
  public var id: String
  public var host: String
  public var pid: Int
  /// Jobs it does at a time.
  public var slots: Int
  public var startedMS: Int64
  public var seenMS: Int64
  /// Jobs it has leased.
  public var jobs: Int

  init(_ row: Row) throws {
    (id, host, pid) = (try row.get("id"), try row.get("host"), try row.get("pid"))
    (slots, jobs) = (try row.get("slots"), try row.get("jobs"))
    (startedMS, seenMS) = (try row.get("started_ms"), try row.get("seen_ms"))
  }
}
