/// Why an asset cannot be used: a stable code, what is wrong with which file, and what to do about it.
public struct AssetError: Error, Sendable, Hashable {
  /// The codes of the scene document's diagnostics; they never change their meaning.
  public enum Code: String, Sendable, Codable, CaseIterable {
    case missing = "E_ASSET_MISSING"
    case wrongHash = "E_ASSET_HASH"
    case pathForbidden = "E_PATH_FORBIDDEN"
    case changed = "E_ASSET_CHANGED"
    case format = "E_MEDIA_FORMAT"
    case limit = "E_MEDIA_LIMIT"
    case damaged = "E_MEDIA_DAMAGED"
    case noStream = "E_MEDIA_NO_STREAM"
    case outOfMemory = "E_MEMORY"
    case io = "E_IO"
    case cancelled = "E_CANCELLED"
  }

  public let code: Code
  /// The path as the document has it.
  public let path: String
  /// What is wrong, beginning after the path.
  public let problem: String
  /// What a person can do about it.
  public let remedy: String

  public init(_ code: Code, path: String, problem: String, remedy: String) {
    (self.code, self.path, self.problem, self.remedy) = (code, path, problem, remedy)
  }

  /// Another attempt may end otherwise.
  public var isRetryable: Bool { code == .io || code == .outOfMemory }
}

extension AssetError: CustomStringConvertible {
  public var description: String { "asset '\(path)': \(problem)\n  → \(remedy)" }
}
