/// Numbers as ECMAScript writes them, which RFC 8785 prescribes.
enum CanonicalNumber {
  static func text(_ number: Double) -> String {
    if number.isNaN { return "NaN" }
    if number.isInfinite { return number < 0 ? "-Infinity" : "Infinity" }
    if number == 0 { return "0" }
    if number.magnitude < 1e15, number == number.rounded() { return String(Int64(number)) }
    let (digits, point) = shortest(number.magnitude)
    let count = digits.utf8.count
    let sign = number < 0 ? "-" : ""
    switch point {
    case count...max(count, 21) where point <= 21:
      return sign + digits + String(repeating: "0", count: point - count)
    case 1...21: return sign + digits.prefix(point) + "." + digits.dropFirst(point)
    case -5...0: return sign + "0." + String(repeating: "0", count: -point) + digits
    default:
      let power = point - 1
      let mantissa = count == 1 ? digits : digits.prefix(1) + "." + digits.dropFirst()
      return sign + mantissa + "e" + (power < 0 ? "-" : "+") + String(power.magnitude)
    }
  }

  /// The shortest digits that read back as the number, and after how many of them the point stands. Swift finds those
  /// digits; only their layout differs.
  private static func shortest(_ number: Double) -> (digits: String, point: Int) {
    var text = Substring(number.description)
    var exponent = 0
    if let mark = text.firstIndex(of: "e") {
      exponent = Int(text[text.index(after: mark)...]) ?? 0
      text = text[..<mark]
    }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    var digits = Substring(parts[0] + (parts.count > 1 ? parts[1] : ""))
    var point = parts[0].utf8.count + exponent
    while digits.hasPrefix("0"), digits.utf8.count > 1 {
      digits.removeFirst()
      point -= 1
    }
    while digits.hasSuffix("0"), digits.utf8.count > 1 { digits.removeLast() }
    return (String(digits), point)
  }
}
