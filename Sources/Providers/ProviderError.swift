/// Why a provider did not give what was asked of it, and what that means for trying again.
public struct ProviderError: Error, Sendable, Equatable, Codable {
  /// What the caller does about it.
  public enum Class: String, Sendable, Codable, CaseIterable {
    /// Tried again a few times with growing waits: the service is down, slow or overloaded.
    case retry
    /// The service does too much for us at the moment: tried again when a place is free, as long as it takes.
    case slot
    /// Credits or a daily quota are used up: waits until they are there again, and says so.
    case quota
    /// The same request will never succeed: settings, input, a key.
    case permanent
    /// The service refuses the text or picture.
    case moderation
    /// The request was sent and its answer lost: never repeated blindly, since it may have been paid for.
    case unknownOutcome = "unknown_outcome"
  }

  public let kind: Class
  /// `elevenlabs`, `espeak`.
  public let provider: String
  /// The service's own word for it, or the HTTP status; empty where there is none.
  public let code: String
  /// One sentence without a key, in the service's words where they help.
  public let reason: String
  /// What a person can do.
  public let advice: String
  /// The service asked not to be called for so long.
  public let waitMS: Int64?

  public init(
    _ kind: Class, provider: String, code: String = "", _ reason: String, advice: String,
    waitMS: Int64? = nil
  ) {
    (self.kind, self.provider, self.code) = (kind, provider, code)
    (self.reason, self.advice, self.waitMS) = (reason, advice, waitMS)
  }
}

extension ProviderError: CustomStringConvertible {
  public var description: String {
    "\(provider): \(reason)\(code.isEmpty ? "" : " [\(code)]")\n  → \(advice)"
  }
}
