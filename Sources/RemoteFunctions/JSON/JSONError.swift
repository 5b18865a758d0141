/// Text that is no JSON.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Bytes before the place where it stops being JSON.
  public let offset: Int
  public let problem: String

  public var description: String { "byte \(offset): \(problem)" }
}
