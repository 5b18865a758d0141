/// A key or token: sent to its service, printed nowhere.
public struct Secret: Sendable, Hashable {
  /// For the header that carries it, and for nothing else.
  public let value: String

  /// Nil for an empty text, which is no key.
  public init?(_ value: String) {
    let trimmed = value.filter { !$0.isWhitespace && !$0.isNewline }
    if trimmed.isEmpty { return nil }
    self.value = trimmed
  }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "•••" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension String {
  /// The text without any of `secrets`, and without what stands in URLs behind `key=`, `token=` and the like.
  public func redacted(_ secrets: [Secret]) -> String {
    var text = self
    for secret in secrets.map(\.value).sorted(by: { $0.count > $1.count }) where secret.count >= 4 {
      text = text.replacing(secret, with: "•••")
    }
    let signed =
      #/(?i)([?&](?:key|token|sig|signature|x-amz-signature|x-amz-credential|awsaccesskeyid)=)[^&\s"'<>]+/#
    return text.replacing(signed) { "\($0.output.1)•••" }
  }
}
