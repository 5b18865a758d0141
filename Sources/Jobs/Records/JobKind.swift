public import Storage

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
