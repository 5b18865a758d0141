/// Why a golden could not be used or made. A film that differs from its golden is no error but a verdict.
public struct GoldenError: Error, Sendable, Hashable {
  public enum Kind: String, Sendable {
    /// The document has no golden.
    case missing
    /// A file of the golden is not what was recorded.
    case damaged
    /// `golden.json` is wrong.
    case settings
    /// Its tolerance is out of date.
    case expired
    /// Recording is not allowed here, or would accept too much.
    case refused
    /// Two renders of the same film differ.
    case notReproducible
  }

  public let kind: Kind
  public let file: String
  /// What is wrong, and what to do.
  public let reason: String
  public let advice: String

  init(_ kind: Kind, file: String, _ reason: String, advice: String) {
    (self.kind, self.file, self.reason, self.advice) = (kind, file, reason, advice)
  }

  static func damaged(_ file: String, _ reason: String) -> GoldenError {
    GoldenError(
      .damaged, file: file, "the golden is damaged: \(reason)",
      advice: "take the folder from version control again, or record it anew")
  }
}

extension GoldenError: CustomStringConvertible {
  public var description: String { "'\(file)': \(reason)\n  → \(advice)" }
}
