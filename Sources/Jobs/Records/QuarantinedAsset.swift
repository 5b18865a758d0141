internal import Storage

/// A file that jobs may not use, because decoding it brought processes down.
public struct QuarantinedAsset: Sendable, Hashable {
  public var sha256: String
  /// As the document had it that was rendered last.
  public var name: String
  public var crashes: Int
  /// The job whose process came down last; nil where nobody said.
  public var lastJob: String?
  public var lastMS: Int64

  init(_ row: Row) throws {
    (sha256, name) = (try row.get("sha256"), try row.get("name"))
    (crashes, lastJob) = (try row.get("crashes"), try row.get("last_job_id"))
    lastMS = try row.get("last_ms")
  }

  /// Why a job that uses it is not done, and what helps.
  var refusal: String {
    let beginning = sha256.prefix(12)
    return
      "'\(name)' (\(beginning)…) brought the decoder down \(crashes) times and is in quarantine\n  → make the file anew, or let it out with 'reelnode queue release \(beginning)'"
  }
}
