internal import ArgumentParser

/// A number of bytes as people write it: `1500`, `500MB`, `10 GiB`, `2.5G`.
struct ByteSize: Hashable, ExpressibleByArgument, CustomStringConvertible {
  var bytes: Int64

  init(_ bytes: Int64) { self.bytes = bytes }

  /// `k`, `M`, `G`, `T` and `KiB` … are powers of 1024, `kB` … of 1000.
  init?(argument: String) {
    let text = argument.filter { $0 != " " }.lowercased()
    let digits = text.prefix { $0.isNumber || $0 == "." }
    guard let number = Double(digits), number.isFinite, number >= 0 else { return nil }
    let unit = text.dropFirst(digits.count)
    guard let factor = Self.factor(of: String(unit)) else { return nil }
    let bytes = number * factor
    guard bytes < 0x1p62 else { return nil }
    self.bytes = Int64(bytes)
  }

  private static func factor(of unit: String) -> Double? {
    if ["", "b"].contains(unit) { return 1 }
    guard let place = "kmgt".firstIndex(of: unit.first ?? " ") else { return nil }
    let power = "kmgt".distance(from: "kmgt".startIndex, to: place) + 1
    let base: Double
    switch unit.dropFirst() {
    case "", "ib": base = 1024
    case "b": base = 1000
    default: return nil
    }
    return (0..<power).reduce(1.0) { result, _ in result * base }
  }

  /// Three digits: `10.0 GiB`.
  var description: String {
    if bytes < 1024 { return "\(bytes) B" }
    var value = Double(bytes)
    var unit = ""
    for next in ["KiB", "MiB", "GiB", "TiB", "PiB"] where value >= 1023.5 || unit.isEmpty {
      value /= 1024
      unit = next
    }
    return "\(value.text(decimals: value < 99.95 ? 1 : 0)) \(unit)"
  }

  var defaultValueDescription: String { description }
}
