/// A file that was read whole: what it is, and what it says.
public struct Brief: Sendable, Codable, Hashable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    case pdf = "application/pdf"
    case markdown = "text/markdown"
    case text = "text/plain"
  }
  public var path: String
  public var kind: Kind
  /// Of the file's bytes, hexadecimal.
  public var sha256: String
  /// Bytes.
  public var size: Int64
  public var document: ParsedDocument

  public init(path: String, kind: Kind, sha256: String, size: Int64, document: ParsedDocument) {
    (self.path, self.kind, self.sha256) = (path, kind, sha256)
    (self.size, self.document) = (size, document)
  }

  public var mediaType: String { kind.rawValue }

  /// As a script writer is asked.
  public func request(
    maximumScenes: Int = 12, targetSeconds: Double? = nil, language: String? = nil
  ) -> ScriptRequest {
    ScriptRequest(
      path: path, mediaType: mediaType, sha256: sha256, document: document,
      maximumScenes: maximumScenes, targetSeconds: targetSeconds, language: language)
  }
}
