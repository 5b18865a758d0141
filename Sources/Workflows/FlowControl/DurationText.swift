/// Durations as people write them: `90s`, `2h30m10s`, `1d`, `1w`, `250ms`.
public enum DurationText {
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("w", 604_800_000), ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// Reads whole numbers with units, the largest unit first, each unit once. Nothing is longer than 100 years.
  public static func parse(_ text: String) throws(DurationTextError) -> Duration {
    var rest = Substring(text)
    var total: Int64 = 0
    var next = 0
    if rest.isEmpty { throw DurationTextError(text: text) }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      rest = rest.dropFirst(digits.count)
      let unit = rest.prefix { $0.isASCII && $0.isLetter }
      rest = rest.dropFirst(unit.count)
      guard let number = Int64(digits), let place = units.firstIndex(where: { $0.name == unit }),
        place >= next
      else { throw DurationTextError(text: text) }
      let (part, tooLarge) = number.multipliedReportingOverflow(by: units[place].milliseconds)
      if tooLarge || part > 3_155_760_000_000 - total { throw DurationTextError(text: text) }
      total += part
      next = place + 1
    }
    return .milliseconds(total)
  }

  static func text(milliseconds: Int64) -> String {
    if milliseconds == 0 { return "0s" }
    var rest = milliseconds.magnitude
    var text = milliseconds < 0 ? "-" : ""
    for unit in units {
      let (count, left) = rest.quotientAndRemainder(dividingBy: unit.milliseconds.magnitude)
      if count > 0 { text += "\(count)\(unit.name)" }
      rest = left
    }
    return text
  }
}

/// A text that is no duration.
public struct DurationTextError: Error, Sendable, Equatable, CustomStringConvertible {
  public let text: String

  public var problem: String { "'\(text)' is no duration" }

  public var description: String {
    "\(problem)\n  → write whole numbers with units, the largest first: 90s, 2h30m10s, 1d, 1w, 250ms"
  }
}

extension Duration {
  /// As `DurationText` reads it, to the millisecond: `2h30m10s`.
  public var text: String { DurationText.text(milliseconds: wholeMilliseconds) }

  /// Rounded down; the largest number where it is longer than that.
  var wholeMilliseconds: Int64 {
    let (seconds, attoseconds) = components
    let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
    if overflow { return seconds < 0 ? .min : .max }
    return whole.addingReportingOverflow(attoseconds / 1_000_000_000_000_000).partialValue
  }
}
