/// Text layers, title cards and lower thirds.
extension DocumentDecoder {
  mutating func textBlock(_ fields: Fields, _ shape: Shape, _ slot: Layer.Slot) -> TextBlock {
    if fields["text"] == nil { missing("text", in: fields, shape) }
    let text = plainText(fields["text"]) ?? ""
    let sub = plainText(fields["sub"], mayBeEmpty: true) ?? ""
    let usual =
      switch slot {
      case .titleCard: "title"
      case .lowerThird: "lower-third"
      default: "default"
      }
    let name = styleName(fields["style"], "text style", in: styles.text) ?? usual
    let style = styles.text[name] ?? TextStyle()
    var block = TextBlock(
      text: text, sub: sub.isEmpty ? nil : sub, styleName: name, style: style,
      subStyle: styles.text[name + "-sub"], align: slot == .lowerThird ? .left : .center)
    block.align =
      word(fields["align"], foreign: ["centre": "center", "middle": "center"])
      ?? block.align
    let widest = slot == .lowerThird ? 0.7 : 0.8
    block.maxWidth = positive(fields["max_width"]) ?? Length(widest)
    block.maxLines = integer(fields["max_lines"], 1...100)
    return block
  }

  /// A length above 0.
  mutating func positive(_ node: JSONNode?) -> Length? {
    guard let node, let length = length(node, minimum: 0) else { return nil }
    if length.value > 0 { return length }
    outOfRange(node, "must be above 0")
    return nil
  }

  /// The name of one of the styles.
  mutating func styleName(
    _ node: JSONNode?, _ what: String, in styles: [String: TextStyle]
  ) -> String? {
    guard let node else { return nil }
    guard let name = node.string else {
      wrongType(node, "the name of a \(what)")
      return nil
    }
    if styles[name] != nil { return name }
    unknownReference(node, name, to: what, among: styles.keys.sorted())
    return nil
  }

  /// Text to be read: line feeds break lines, tabs are blanks, other control characters are told.
  mutating func plainText(_ node: JSONNode?, mayBeEmpty: Bool = false) -> String? {
    guard let node, let text = text(node, maximum: JSONReader.maximumString) else { return nil }
    var result = ""
    var isBlank = true
    for scalar in text.replacing("\r\n", with: "\n").unicodeScalars {
      switch scalar {
      case "\n": result.unicodeScalars.append(scalar)
      case "\t": result.unicodeScalars.append(" ")
      case _ where scalar.properties.generalCategory == .control:
        let code = String(scalar.value, radix: 16, uppercase: true)
        outOfRange(
          node,
          "must not hold the control character U+\(String(repeating: "0", count: 4 - code.count))\(code)"
        )
        return nil
      default:
        result.unicodeScalars.append(scalar)
        if !scalar.properties.isWhitespace { isBlank = false }
      }
    }
    if isBlank, !mayBeEmpty {
      outOfRange(node, "must not be empty: give some text, or remove what shows it")
      return nil
    }
    return result
  }
}
