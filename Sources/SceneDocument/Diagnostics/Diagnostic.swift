/// One problem, with its place in the document's text and, where there is one, its repair.
///
/// Its JSON form is the same on the command line, over HTTP and in the result document.
public struct Diagnostic: Error, Sendable, Hashable, Codable {
  public enum Severity: String, Sendable, Codable { case error, warning }

  public var code: DiagnosticCode
  public var severity: Severity
  /// Whether the same work may succeed when it is tried again unchanged.
  public var retryable: Bool
  /// RFC 6901 pointer into the text as it was written; empty for the whole document.
  public var pointer: String
  /// 1-based, in UTF-16 units; of the key for errors of keys, of the value for errors of values. Nil
  /// for a problem that has no place in a text.
  public var line: Int?
  public var column: Int?
  /// UTF-16 units of the key or value; 1 for an object or list.
  public var length: Int?
  /// The id of the scene it is in.
  public var scene: String?
  /// What failed, on which input, what to do.
  public var message: String
  /// Every key or word that may stand here.
  public var allowed: [String]?
  public var suggestion: String?
  /// Makes the suggested change.
  public var patch: [JSONPatchOperation]?
  /// True only when the suggestion is the single candidate and the changed place passes the checks.
  public var patchSafe: Bool?

  public init(
    _ code: DiagnosticCode, at pointer: String = "", scene: String? = nil, _ message: String
  ) {
    (self.code, self.pointer, self.scene, self.message) = (code, pointer, scene, message)
    (severity, retryable) = (code.severity, code.isRetryable)
  }

  private enum CodingKeys: String, CodingKey {
    case code, severity, retryable, pointer, line, column, length, scene, message, allowed
    case suggestion, patch
    case patchSafe = "patch_safe"
  }

  /// The members in the order of the specification, absent ones left out.
  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("code", .string(code.rawValue)), .init("severity", .string(severity.rawValue)),
      .init("retryable", .bool(retryable)), .init("pointer", .string(pointer)),
    ]
    func add(_ key: String, _ value: JSONValue?) {
      if let value { members.append(.init(key, value)) }
    }
    add("line", line.map(JSONValue.integer))
    add("column", column.map(JSONValue.integer))
    add("length", length.map(JSONValue.integer))
    add("scene", scene.map(JSONValue.string))
    add("message", .string(message))
    add("allowed", allowed.map { .array($0.map(JSONValue.string)) })
    add("suggestion", suggestion.map(JSONValue.string))
    add("patch", patch.map { .array($0.map(\.json)) })
    add("patch_safe", patchSafe.map(JSONValue.bool))
    return .object(members)
  }
}

/// One step of an RFC 6902 patch.
public enum JSONPatchOperation: Sendable, Hashable {
  case move(from: String, path: String)
  case replace(path: String, value: JSONValue)
  case remove(path: String)

  public var json: JSONValue {
    switch self {
    case .move(let from, let path):
      ["op": "move", "from": .string(from), "path": .string(path)]
    case .replace(let path, let value):
      ["op": "replace", "path": .string(path), "value": value]
    case .remove(let path): ["op": "remove", "path": .string(path)]
    }
  }
}

extension JSONPatchOperation: Codable {
  public init(from decoder: any Decoder) throws {
    let json = try JSONValue(from: decoder)
    switch (json["op"], json["from"], json["path"], json["value"]) {
    case ("move", .string(let from), .string(let path), _): self = .move(from: from, path: path)
    case ("replace", _, .string(let path), let value?): self = .replace(path: path, value: value)
    case ("remove", _, .string(let path), _): self = .remove(path: path)
    default:
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "not a patch step that is in use"))
    }
  }
  public func encode(to encoder: any Encoder) throws { try json.encode(to: encoder) }
}
