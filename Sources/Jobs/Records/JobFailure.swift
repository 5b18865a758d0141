internal import Foundation
internal import Storage

/// Why an attempt at a job came to nothing.
public struct JobFailure: Error, Sendable, Codable, Hashable {
  /// A stable word such as `E_DISK_FULL`.
  public var code: String
  /// For people; ends with what to do.
  public var message: String
  /// The same work may succeed when it is tried again.
  public var isRetryable: Bool
  /// When, in UTC milliseconds; set by the queue.
  public var atMS: Int64?

  public init(code: String, message: String, isRetryable: Bool) {
    (self.code, self.message, self.isRetryable) = (code, message, isRetryable)
  }
}

extension JobFailure {
  /// The worker did not come back in time.
  static let leaseRanOut = JobFailure(
    code: "E_LEASE_LOST",
    message:
      "its worker did not renew the lease: it died, hung or was suspended\n  → look at the worker's messages of that time",
    isRetryable: true)

  /// The worker's process is known to have ended.
  static let workerDied = JobFailure(
    code: "E_LEASE_LOST",
    message:
      "its worker died\n  → look at the worker's messages; when it happens again, at the system's log for want of memory",
    isRetryable: true)

  static func quarantined(_ assets: [QuarantinedAsset]) -> JobFailure {
    JobFailure(
      code: "E_MEDIA_QUARANTINED", message: assets.map(\.refusal).joined(separator: "\n"),
      isRetryable: false)
  }

  /// The text of the column `failures`.
  static func text(_ failures: [JobFailure]) throws -> String {
    String(decoding: try encoder.encode(failures), as: UTF8.self)
  }

  /// One failure at `time`, as it stands in the column's list.
  func element(at time: Int64) throws -> String {
    var noted = self
    noted.atMS = time
    return String(decoding: try Self.encoder.encode(noted), as: UTF8.self)
  }

  static func list(_ text: String, of job: String) throws -> [JobFailure] {
    if text == "[]" { return [] }
    do {
      return try JSONDecoder().decode([JobFailure].self, from: Data(text.utf8))
    } catch {
      throw StorageError(.damaged, "the failures of job \(job) are no list: \(text.prefix(80))")
    }
  }

  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}
