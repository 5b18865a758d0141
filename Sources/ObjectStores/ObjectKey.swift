/// Names of objects, as they are sent.
enum ObjectKey {
  /// Throws for a name that no service takes, or that a proxy on the way would lead elsewhere.
  static func check(_ key: String, store: String) throws(ObjectStoreError) {
    let problem: String? =
      if key.isEmpty {
        "an object needs a key"
      } else if key.utf8.count > 1024 {
        "the key has \(key.utf8.count) bytes, more than 1024"
      } else if key.utf8.contains(0) {
        "the key holds a zero byte"
      } else if key.split(separator: "/", omittingEmptySubsequences: false)
        .contains(where: { $0 == "." || $0 == ".." })
      {
        "the key has a part '.' or '..'"
      } else {
        nil
      }
    guard let problem else { return }
    throw ObjectStoreError(
      .permanent, store: store, key: key, code: "InvalidKey", problem, advice: "choose another key")
  }

  /// Percent-encoded, all but letters, digits, `-_.~` and what `keeping` names.
  static func encoded(_ text: String, keeping: String = "") -> String {
    let kept = Set(
      ("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~" + keeping).utf8)
    let digits = Array("0123456789ABCDEF".utf8)
    var bytes: [UInt8] = []
    for byte in text.utf8 {
      if kept.contains(byte) {
        bytes.append(byte)
      } else {
        bytes += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A key as a path; slashes stay.
  static func path(_ key: String) -> String { encoded(key, keeping: "/") }

  /// Undoes `encoded`; nil where what follows a `%` is no hexadecimal number.
  static func decoded(_ text: String, plusIsSpace: Bool = false) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard rest.count >= 2,
          let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
        else { return nil }
        bytes.append(value)
        rest = rest.dropFirst(2)
      case UInt8(ascii: "+") where plusIsSpace: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
