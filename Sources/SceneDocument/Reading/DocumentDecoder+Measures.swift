/// Times, lengths, colours: values with a written form of their own.
extension DocumentDecoder {
  static let timeRule = "a number of seconds, or frames such as \"45f\""

  mutating func time(_ node: JSONNode?, isPositive: Bool = false) -> Time? {
    guard let node else { return nil }
    let time: Time
    let seconds: Double
    switch node.value {
    case .number(let number):
      seconds = (number * 1_000_000).rounded() / 1_000_000
      guard seconds >= 0, seconds <= Double(Time.maximumSeconds) else {
        outOfRange(
          node, "must be between 0 and \(Time.maximumSeconds) seconds, not \(describe(node))")
        return nil
      }
      time = .seconds(number)
    case .string(let text):
      guard let digits = Self.frameDigits(text) else {
        wrongType(node, Self.timeRule, repair: timeRepair(text))
        return nil
      }
      let frames = Int(digits) ?? (digits.hasPrefix("-") ? Int.min : .max)
      seconds = Double(frames) / frameRate.framesPerSecond
      guard frames >= 0, seconds <= Double(Time.maximumSeconds) else {
        outOfRange(
          node, "must be between 0 and \(Time.maximumSeconds) seconds, not \(describe(node))")
        return nil
      }
      time = .frames(frames)
    default:
      wrongType(node, Self.timeRule)
      return nil
    }
    if isPositive, time.frame(at: frameRate) == .zero {
      outOfRange(
        node, "must be at least one frame at \(frameRateText(frameRate)) frames a second")
      return nil
    }
    return time
  }

  /// The number in `"45f"`; nil for any other form.
  static func frameDigits(_ text: String) -> Substring? {
    guard text.hasSuffix("f") else { return nil }
    let digits = text.dropLast()
    let body = digits.hasPrefix("-") ? digits.dropFirst() : digits
    guard !body.isEmpty, body.utf8.allSatisfy({ $0 &- 0x30 < 10 }) else { return nil }
    return digits
  }

  /// Seconds for "4s", "500ms", "4.5".
  private func timeRepair(_ text: String) -> Finding.Repair? {
    let units: [(String, Double)] = [("ms", 0.001), ("sec", 1), ("s", 1), ("", 1)]
    for (unit, scale) in units where text.hasSuffix(unit) {
      let body = text.dropLast(unit.count)
      guard let value = Double(body.trimmingSpaces()), value.isFinite else { continue }
      let seconds = (value * scale * 1_000_000).rounded() / 1_000_000
      return Finding.Repair(
        change: .replace(.number(seconds)), suggestion: canonicalText(of: seconds))
    }
    return nil
  }

  mutating func trim(_ node: JSONNode?) -> Layer.Trim? {
    guard let node else { return nil }
    guard case .array(let items) = node.value, items.count == 2 else {
      wrongType(node, "a list of two times, [in, out]")
      return nil
    }
    let (start, end) = (time(items[0]), time(items[1]))
    guard let start, let end else { return nil }
    guard start.seconds(at: frameRate) < end.seconds(at: frameRate) else {
      findings.add(
        Finding(.range, value: items[1], .whole("the end of 'trim' must be after its start")))
      return nil
    }
    return Layer.Trim(start, end)
  }

  // MARK: Rates

  mutating func frameRate(_ node: JSONNode?) -> FrameRate? {
    guard let node else { return nil }
    let rule = "a whole number, or a fraction such as \"30000/1001\""
    switch node.value {
    case .number(let number) where number == number.rounded() || number.isInfinite:
      guard number >= 1, number <= 120 else {
        outOfRange(node, "must be between 1 and 120 frames a second, not \(describe(node))")
        return nil
      }
      return FrameRate(Int(number))
    case .number(let number):
      wrongType(node, rule, repair: frameRateRepair(number))
    case .string(let text):
      let parts = text.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 2,
        parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { $0 &- 0x30 < 10 } })
      else {
        wrongType(node, rule, repair: Double(text).flatMap(frameRateRepair))
        return nil
      }
      guard let numerator = Int(parts[0]), let denominator = Int(parts[1]),
        denominator == 1 || denominator == 1001,
        numerator >= denominator, numerator <= 120 * denominator
      else {
        outOfRange(
          node,
          "must be between 1 and 120 frames a second, in whole numbers or 1001ths, "
            + "not \(describe(node))")
        return nil
      }
      return FrameRate(numerator, denominator)
    default: wrongType(node, rule)
    }
    return nil
  }

  /// 29.97 stands for 30000/1001.
  private func frameRateRepair(_ number: Double) -> Finding.Repair? {
    if number == number.rounded(), number >= 1, number <= 120 {
      return Finding.Repair(
        change: .replace(.number(number)), suggestion: canonicalText(of: number))
    }
    for whole in [24, 30, 48, 60, 120] where abs(number - Double(whole) / 1.001) < 0.006 {
      let text = "\(whole * 1000)/1001"
      return Finding.Repair(change: .replace(.string(text)), suggestion: text)
    }
    return nil
  }

  func frameRateText(_ rate: FrameRate) -> String {
    rate.denominator == 1 ? "\(rate.numerator)" : "\(rate.numerator)/\(rate.denominator)"
  }

  // MARK: Lengths

  static let lengthRule =
    "a fraction of the side, or text such as \"25%\", \"24px\" or \"30vmin\""

  /// - Parameter minimum: 0 for what cannot be negative.
  mutating func length(_ node: JSONNode?, minimum: Double = -4) -> Length? {
    guard let node else { return nil }
    let length: Length
    switch node.value {
    case .number(let number): length = Length(number)
    case .string(let text):
      guard let parsed = Self.parseLength(text) else {
        wrongType(node, Self.lengthRule)
        return nil
      }
      length = parsed
    default:
      wrongType(node, Self.lengthRule)
      return nil
    }
    let scale: Double =
      switch length.unit {
      case .fraction: 1
      case .percent, .vmin: 100
      case .pixels: 8192
      }
    guard length.value >= minimum * scale, length.value <= 4 * scale else {
      let bounds = "\(canonicalText(of: minimum)) and 4 times the side"
      outOfRange(node, "must be between \(bounds), not \(describe(node))")
      return nil
    }
    return length
  }

  static func parseLength(_ text: String) -> Length? {
    let suffix: (length: Int, unit: Length.Unit)
    switch text.utf8.last {
    case UInt8(ascii: "%"): suffix = (1, .percent)
    case UInt8(ascii: "x") where text.hasSuffix("px"): suffix = (2, .pixels)
    case UInt8(ascii: "n") where text.hasSuffix("vmin"): suffix = (4, .vmin)
    default: return nil
    }
    let body = text.dropLast(suffix.length)
    var digits = 0
    var points = 0
    for (index, byte) in body.utf8.enumerated() {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits += 1
      case UInt8(ascii: ".") where digits > 0: points += 1
      case UInt8(ascii: "-") where index == 0: break
      default: return nil
      }
    }
    guard digits > 0, points <= 1, body.utf8.last != UInt8(ascii: "."), let value = Double(body)
    else { return nil }
    return Length(value, suffix.unit)
  }

  mutating func size(_ node: JSONNode?) -> Size? {
    guard let node else { return nil }
    guard case .array(let items) = node.value, items.count == 2 else {
      wrongType(node, "a list of width and height")
      return nil
    }
    let (width, height) = (side(items[0]), side(items[1]))
    guard let width, let height else { return nil }
    return Size(width.length, height.length)
  }

  private mutating func side(_ node: JSONNode) -> (length: Length?, isGiven: Bool)? {
    if node.string == "auto" { return (nil, false) }
    guard let length = length(node, minimum: 0) else { return nil }
    guard length.value > 0 else {
      outOfRange(node, "must be greater than 0")
      return nil
    }
    return (length, true)
  }

  mutating func point(_ node: JSONNode?) -> Point? {
    guard let node else { return nil }
    guard case .array(let items) = node.value, items.count == 2 else {
      wrongType(node, "a list of x and y between 0 and 1")
      return nil
    }
    let (x, y) = (unit(items[0]), unit(items[1]))
    guard let x, let y else { return nil }
    return Point(x, y)
  }

  mutating func color(_ node: JSONNode?) -> Color? {
    guard let node else { return nil }
    guard let text = node.string else {
      wrongType(node, "a colour such as \"#1e90ff\"")
      return nil
    }
    if let color = Color(text) { return color }
    if text.hasPrefix("@") {
      notSupported(
        value: node,
        "may not name a palette colour yet: styles come in a later release of the compositor")
      return nil
    }
    wrongType(node, "a colour such as \"#1e90ff\"", repair: colorRepair(text))
    return nil
  }

  /// `#345` and colours without `#`.
  private func colorRepair(_ text: String) -> Finding.Repair? {
    var digits = text.hasPrefix("#") ? text.dropFirst() : Substring(text)
    guard digits.utf8.allSatisfy({ hexValue($0) != nil }) else { return nil }
    if digits.utf8.count == 3 || digits.utf8.count == 4 {
      digits = Substring(digits.map { "\($0)\($0)" }.joined())
    }
    guard let color = Color("#" + digits) else { return nil }
    return Finding.Repair(
      change: .replace(.string(color.description)), suggestion: color.description)
  }
}

extension StringProtocol {
  /// Without spaces at both ends.
  func trimmingSpaces() -> SubSequence {
    guard let first = firstIndex(where: { $0 != " " }), let last = lastIndex(where: { $0 != " " })
    else { return self[startIndex..<startIndex] }
    return self[first...last]
  }
}
