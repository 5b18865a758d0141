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
