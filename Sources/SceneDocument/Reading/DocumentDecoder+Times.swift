/// Times and frame rates: values with a written form of their own.
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
}

extension StringProtocol {
  /// Without spaces at both ends.
  func trimmingSpaces() -> SubSequence {
    guard let first = firstIndex(where: { $0 != " " }), let last = lastIndex(where: { $0 != " " })
    else { return self[startIndex..<startIndex] }
    return self[first...last]
  }
}
