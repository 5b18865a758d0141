/// Lengths, sizes, points and colours: values with a written form of their own.
extension DocumentDecoder {
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
      wrongType(node, "a colour such as \"#1e90ff\" or \"@name\" of the palette")
      return nil
    }
    if let color = Color(text) { return color }
    if text.hasPrefix("@") {
      if let color = styles.palette[String(text.dropFirst())] { return color }
      // One that is declared and wrong is told at its own place.
      if !paletteNames.contains(String(text.dropFirst())) {
        unknownReference(
          node, text, to: "palette colour", among: paletteNames.map { "@" + $0 }.sorted())
      }
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
