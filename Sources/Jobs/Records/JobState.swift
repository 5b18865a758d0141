public import Storage

/// Where a job is on its way.
///
/// `blocked → queued → leased → done | done_with_warnings | failed | cancelled`; a retry leads from `leased` back to
/// `queued`, and an ended film that is tried again back to the beginning.
public enum JobState: String, Sendable, Codable, CaseIterable, SQLConvertible {
  /// Waits for other jobs.
  case blocked
  case queued
  /// A worker has it.
  case leased
  case done
  case doneWithWarnings = "done_with_warnings"
  case failed
  case cancelled

  /// Nothing more will happen to it by itself.
  public var isEnded: Bool {
    switch self {
    case .blocked, .queued, .leased: false
    case .done, .doneWithWarnings, .failed, .cancelled: true
    }
  }

  public var isSuccess: Bool { self == .done || self == .doneWithWarnings }
}
