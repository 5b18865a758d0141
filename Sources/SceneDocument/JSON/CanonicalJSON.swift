internal import Crypto

/// RFC 8785: the one text of a JSON value, the same on every machine, fit for hashing.
public enum CanonicalJSON {
  /// UTF-8 text with sorted keys, no white space and numbers as ECMAScript writes them.
  public static func bytes(of value: JSONValue) -> [UInt8] {
    var writer = JSONWriter()
    writer.compact(value, sorted: true)
    return writer.bytes
  }

  public static func text(of value: JSONValue) -> String {
    String(decoding: bytes(of: value), as: UTF8.self)
  }

  /// SHA-256 of the canonical text, 64 lower-case hex digits.
  public static func sha256(of value: JSONValue) -> String {
    hexadecimal(SHA256.hash(data: bytes(of: value)))
  }
}

/// SHA-256 of bytes, 64 lower-case hex digits.
public func sha256(of bytes: [UInt8]) -> String { hexadecimal(SHA256.hash(data: bytes)) }

/// A number as ECMAScript's `Number.toString` writes it, which RFC 8785 prescribes. A number that is
/// not finite has no text in JSON; it gives one that reads as a number too large.
func canonicalText(of number: Double) -> String {
  guard number.isFinite else { return number < 0 ? "-1e400" : "1e400" }
  if number == 0 { return "0" }
  if number.magnitude < 1e15, number == number.rounded() { return String(Int64(number)) }
  if let text = shortDecimal(number) { return text }
  // Swift gives the shortest digits that read back as the same number; only their layout differs.
  var text = Substring(number.magnitude.description)
  var exponent = 0
  if let mark = text.firstIndex(of: "e") {
    exponent = Int(text[text.index(after: mark)...]) ?? 0
    text = text[..<mark]
  }
  let parts = text.split(separator: ".", omittingEmptySubsequences: false)
  let whole = parts[0]
  let fraction = parts.count > 1 && parts[1] != "0" ? parts[1] : ""
  var digits = String(whole + fraction)
  /// The decimal point stands after this many digits.
  var point = whole.count + exponent
  while digits.hasPrefix("0"), digits.count > 1 {
    digits.removeFirst()
    point -= 1
  }
  while digits.hasSuffix("0"), digits.count > 1 { digits.removeLast() }
  let sign = number < 0 ? "-" : ""
  let count = digits.count
  switch point {
  case count...21:
    return sign + digits + String(repeating: "0", count: point - count)
  case 1...21:
    return sign + digits.prefix(point) + "." + digits.dropFirst(point)
  case -5...0:
    return sign + "0." + String(repeating: "0", count: -point) + digits
  default:
    let power = point - 1
    let mantissa = count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
    return sign + mantissa + "e" + (power < 0 ? "-" : "+") + String(power.magnitude)
  }
}

/// The text of a number that is a whole number of millionths, as most numbers in documents are. With at
/// most 15 digits it is the shortest text that reads back as the number, since no two such texts do.
private func shortDecimal(_ number: Double) -> String? {
  let millionths = (number * 1_000_000).rounded()
  guard millionths.magnitude < 1e15, millionths / 1_000_000 == number else { return nil }
  let (whole, rest) = Int(millionths.magnitude).quotientAndRemainder(dividingBy: 1_000_000)
  var digits = rest
  var count = 6
  while digits % 10 == 0 {
    digits /= 10
    count -= 1
  }
  let fraction = String(digits)
  let zeros = String(repeating: "0", count: count - fraction.utf8.count)
  return (number < 0 ? "-" : "") + String(whole) + "." + zeros + fraction
}
