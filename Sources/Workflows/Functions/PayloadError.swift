/// Data that is not what the function expects.
public struct PayloadError: Error, Sendable, CustomStringConvertible {
  /// Where in the data, such as `scenes[2].length`; empty for the whole.
  public let path: String
  public let description: String

  init(event: Event, cause: DecodingError) {
    let (path, reason) = cause.placeAndReason
    self.path = path
    let place = path.isEmpty ? "data" : "data.\(path)"
    description =
      "event '\(event.name)' (\(event.visibleID)): \(place): \(reason)\n  → send it with what the function expects"
  }
}

extension DecodingError {
  /// The coding path as people write it, and what is wrong there.
  var placeAndReason: (place: String, reason: String) {
    switch self {
    case .keyNotFound(let key, let context):
      (Self.text(context.codingPath + [key]), "it is missing")
    case .valueNotFound(let type, let context):
      (Self.text(context.codingPath), "it is null, and \(type) is needed")
    case .typeMismatch(let type, let context):
      (Self.text(context.codingPath), "it is no \(type)")
    case .dataCorrupted(let context):
      (Self.text(context.codingPath), context.debugDescription)
    @unknown default:
      ("", "\(self)")
    }
  }

  private static func text(_ path: [any CodingKey]) -> String {
    path.reduce(into: "") { text, key in
      if let index = key.intValue {
        text += "[\(index)]"
      } else {
        text += (text.isEmpty ? "" : ".") + key.stringValue
      }
    }
  }
}
