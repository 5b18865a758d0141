/// What a handler answers, whatever the server is made of.
public struct IntakeAnswer: Sendable, Equatable {
  public var status: Int
  public var headers: [Header]
  /// JSON, or nothing.
  public var body: [UInt8]

  public struct Header: Sendable, Equatable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
  }

  public init(status: Int, headers: [Header] = [], body: [UInt8] = []) {
    (self.status, self.headers, self.body) = (status, headers, body)
  }

  static func json(_ status: Int, _ body: JSONText) -> IntakeAnswer {
    IntakeAnswer(
      status: status, headers: [Header("content-type", "application/json")], body: body.bytes)
  }

  static func json(_ status: Int, _ body: JSONValue) -> IntakeAnswer {
    .json(status, JSONText(bytes: body.bytes))
  }
}

/// JSON that is put together of texts which are JSON already, so that these are not read once more.
struct JSONText: Sendable {
  private(set) var bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// An object; nil values are left out.
  init(_ members: KeyValuePairs<String, JSONText?>) {
    bytes = [0x7B]
    for case (let key, let value?) in members {
      if bytes.count > 1 { bytes.append(0x2C) }
      JSONValue.write(key, to: &bytes)
      bytes.append(0x3A)
      bytes += value.bytes
    }
    bytes.append(0x7D)
  }

  static func list(_ items: [JSONText]) -> JSONText {
    var bytes: [UInt8] = [0x5B]
    for (place, item) in items.enumerated() {
      if place > 0 { bytes.append(0x2C) }
      bytes += item.bytes
    }
    bytes.append(0x5D)
    return JSONText(bytes: bytes)
  }

  /// Text that is JSON.
  static func raw(_ text: String) -> JSONText { JSONText(bytes: Array(text.utf8)) }

  static func string(_ text: String) -> JSONText {
    var bytes: [UInt8] = []
    JSONValue.write(text, to: &bytes)
    return JSONText(bytes: bytes)
  }

  static func integer(_ number: some BinaryInteger) -> JSONText { .raw(String(number)) }
  static let null = JSONText.raw("null")
  static func value(_ value: JSONValue) -> JSONText { JSONText(bytes: value.bytes) }

  static func instant(_ milliseconds: Int64?) -> JSONText {
    milliseconds.map { .string(InstantText.write($0, alwaysFraction: true)) } ?? .null
  }
}
