/// A brief that cannot be read, with what a person needs to go on.
public struct BriefError: Error, Sendable, Equatable, Codable {
  /// Stored with a failed run, so a case is never renamed.
  public enum Code: String, Sendable, Codable, CaseIterable {
    /// No such file, a folder, a device, no permission.
    case unreadable
    case empty
    case tooLarge = "too_large"
    case tooManyPages = "too_many_pages"
    /// Neither a PDF nor a text.
    case unknownFormat = "unknown_format"
    case damaged
    /// A password is needed to open it.
    case locked
    /// Its author has forbidden to take the text out.
    case extractionForbidden = "extraction_forbidden"
    case noText = "no_text"
    /// Bytes that are no text.
    case encoding
    /// A program of this machine is missing.
    case missingTool = "missing_tool"
    /// Reading it took more time, memory or output than is allowed.
    case limit
    /// The program that reads it was ended by a signal: worth one more attempt.
    case crashed
    /// The file became another one while it was read.
    case changed
  }
  public let code: Code
  public let path: String
  /// `page 3`, `line 12, byte 408`; nil where the whole file is meant.
  public let place: String?
  public let reason: String
  public let advice: String

  public init(
    _ code: Code, _ path: String, at place: String? = nil, _ reason: String, advice: String
  ) {
    (self.code, self.path, self.place) = (code, path, place)
    (self.reason, self.advice) = (reason, advice)
  }

  /// As the pipeline's steps throw it.
  public var providerError: ProviderError {
    ProviderError(
      code == .crashed ? .retry : .permanent, provider: "brief", code: code.rawValue, what,
      advice: advice)
  }

  private var what: String { "'\(path)'\(place.map { ", \($0)" } ?? ""): \(reason)" }
}

extension BriefError: CustomStringConvertible {
  public var description: String { "brief \(what)\n  → \(advice)" }
}
