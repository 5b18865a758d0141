/// A registration that is not taken.
public struct RegistrationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where in the body, such as `functions[0].concurrency[1].limit`; empty for the whole.
  public let path: String
  public let problem: String
  public let remedy: String

  public var description: String {
    "registration\(path.isEmpty ? "" : ": \(path)"): \(problem)\n  → \(remedy)"
  }
}
