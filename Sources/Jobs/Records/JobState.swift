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

/// What a job makes.
public enum JobKind: String, Sendable, Codable, CaseIterable, SQLConvertible {
  /// Encoded pictures of a part of a scene.
  case segment
  /// The encoded sound of a film.
  case sound
  /// The film itself, joined of the others.
  case film
}

/// What comes first in the queue; smaller goes first.
public enum JobPriority {
  public static let preview = 0
  public static let normal = 100
}
