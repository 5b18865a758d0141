/// The brand kit: palette, fonts and styles.
extension DocumentDecoder {
  static let maximumFontFiles = 16
  /// Of fonts, colours and styles, each.
  static let maximumNames = 1000

  /// Read before all else, because a colour may stand anywhere.
  mutating func palette(_ node: JSONNode?) {
    guard let node else { return }
    let named = names(in: node, of: "colour")
    let values = Dictionary(
      named.map { ($0.key, $0.node) }, uniquingKeysWith: { first, _ in first })
    // A colour may be another name of a colour that stands below it.
    let parents = values.compactMapValues { node in
      node.string.flatMap { $0.hasPrefix("@") ? String($0.dropFirst()) : nil }
    }
    paletteNames = Set(values.keys)
    let ancestry = Ancestry(names: named.map(\.key), parents: parents)
    let cyclic = tell(ancestry, values)
    for name in ancestry.order where !cyclic.contains(name) {
      if let color = color(values[name]) { styles.palette[name] = color }
    }
  }

  /// Fonts, fallback and styles, once palette and assets are known.
  mutating func styles(_ fields: Fields?) {
    guard let fields else { return }
    fonts(fields["fonts"])
    for item in items(fields["fallback"]) {
      if let id = fontID(item) { styles.fallback.append(id) }
    }
    styles.captions = textStyles(fields["captions"], builtIn: TextStyle.builtInCaptions)
    styles.text = textStyles(fields["text"], builtIn: TextStyle.builtInText)
  }

  /// The members of one of the maps, without those whose key is no name, which are told.
  private mutating func names(in node: JSONNode, of what: String) -> [JSONMember] {
    guard case .object(let members) = node.value else {
      wrongType(node, "an object of \(what)s by name")
      return []
    }
    let named = members.filter { !$0.isPrivate }
    if named.count > Self.maximumNames {
      findings.add(
        Finding(
          .limit, key: named[Self.maximumNames], "more than \(Self.maximumNames) \(what)s"))
    }
    return named.prefix(Self.maximumNames).filter { member in
      if Self.isID(member.key) { return true }
      findings.add(
        Finding(
          .type, key: member,
          "the \(what)'s name '\(excerpt(member.key))' must be \(Self.idRule)"))
      return false
    }
  }

  /// Tells the cycles, each at the value that comes first in the text, and gives all their names.
  private mutating func tell(_ ancestry: Ancestry, _ places: [String: JSONNode]) -> Set<String> {
    for cycle in ancestry.cycles {
      let ordered = cycle.compactMap { name in places[name].map { (name, $0) } }
        .sorted { $0.1.start < $1.1.start }
      guard let first = ordered.first else { continue }
      let names = ordered.prefix(5).map { "'\($0.0)'" }.joined(separator: ", ")
      let message =
        cycle.count == 1
        ? "leads back to itself: \(names) must build on something else"
        : "leads back to itself through \(names): one of them must build on something else"
      findings.settle(Finding(.styleCycle, value: first.1, .aboutValue(message)))
    }
    return Set(ancestry.cycles.joined())
  }

  // MARK: Fonts

  private mutating func fonts(_ node: JSONNode?) {
    guard let node else { return }
    for member in names(in: node, of: "font") { styles.fonts[member.key] = font(member.node) }
  }

  private mutating func font(_ node: JSONNode) -> Font {
    var font = Font(assets: [])
    guard let fields = fields(node, .font) else { return font }
    if let list = fields["assets"] {
      if case .array(let items) = list.value, items.isEmpty {
        outOfRange(list, "must name at least one font file")
      }
      font.assets = items(list, limit: Self.maximumFontFiles, of: "files of one font")
        .compactMap { assetID($0, kinds: [.font], "a font") }
    } else {
      missing("assets", in: fields, .font)
    }
    font.weight = weight(fields["weight"])
    if let weight = font.weight, weight % 100 != 0, let node = fields["weight"] {
      outOfRange(node, "must be a whole hundred, not \(weight)")
    }
    font.italic = flag(fields["italic"]) ?? false
    return font
  }

  private mutating func fontID(_ node: JSONNode?) -> String? {
    guard let node else { return nil }
    guard let text = node.string else {
      wrongType(node, "the id of a font of 'styles.fonts'")
      return nil
    }
    if styles.fonts[text] != nil { return text }
    unknownReference(node, text, to: "font", among: styles.fonts.keys.sorted())
    return nil
  }

  private mutating func weight(_ node: JSONNode?) -> Int? {
    let words = [
      "thin": 100, "light": 300, "normal": 400, "regular": 400, "medium": 500, "semibold": 600,
      "bold": 700, "black": 900,
    ]
    if let node, let text = node.string, let number = words[text.lowercased()] {
      wrongType(
        node, "a whole number",
        repair: Finding.Repair(
          change: .replace(.integer(number)), suggestion: String(number)))
      return nil
    }
    return integer(node, 100...900)
  }

  // MARK: Styles

  private mutating func textStyles(
    _ node: JSONNode?, builtIn: [String: TextStyle]
  ) -> [String: TextStyle] {
    guard let node else { return builtIn }
    let named = names(in: node, of: "style")
    let own = Dictionary(named.map { ($0.key, $0.node) }, uniquingKeysWith: { first, _ in first })
    var parents: [String: String] = [:]
    for (name, node) in own {
      guard let parent = node["extends"]?.string else { continue }
      // A style of a built-in's name that extends this name means the built-in.
      if parent == name, builtIn[name] != nil { continue }
      parents[name] = parent
    }
    let ancestry = Ancestry(names: named.map(\.key), parents: parents)
    _ = tell(ancestry, own.compactMapValues { $0["extends"] })
    let plain = builtIn["default"] ?? TextStyle()
    var result = builtIn
    var done: [String: TextStyle] = [:]
    for name in ancestry.order {
      guard let node = own[name] else { continue }
      var base = plain
      if let extends = node["extends"] {
        base = self.base(extends, of: name, own, builtIn, done) ?? plain
      }
      done[name] = textStyle(node, on: base)
      result[name] = done[name]
    }
    return result
  }

  private mutating func base(
    _ node: JSONNode, of name: String, _ own: [String: JSONNode], _ builtIn: [String: TextStyle],
    _ done: [String: TextStyle]
  ) -> TextStyle? {
    guard let text = node.string else {
      wrongType(node, "the name of a style")
      return nil
    }
    if text != name, own[text] != nil { return done[text] }
    if let style = builtIn[text] { return style }
    if own[text] == nil {
      let names = Set(own.keys).union(builtIn.keys).subtracting([name])
      unknownReference(node, text, to: "style", among: names.sorted())
    }
    return nil
  }

  private mutating func textStyle(_ node: JSONNode, on base: TextStyle) -> TextStyle {
    var style = base
    guard let fields = fields(node, .textStyle) else { return style }
    style.font = fontID(fields["font"]) ?? style.font
    style.size = length(fields["size"], minimum: 0) ?? style.size
    if style.size.value == 0, let node = fields["size"] { outOfRange(node, "must be above 0") }
    style.fill = color(fields["fill"]) ?? style.fill
    style.highlight = color(fields["highlight"]) ?? style.highlight
    if let node = fields["outline"] { style.outline = outline(node, on: style.outline) }
    if let node = fields["box"] { style.box = box(node, on: style.box) }
    if let node = fields["shadow"] { style.shadow = textShadow(node, on: style.shadow) }
    style.weight = weight(fields["weight"]) ?? style.weight
    style.lineHeight = number(fields["line_height"], 0.8...3) ?? style.lineHeight
    style.letterSpacing = length(fields["letter_spacing"]) ?? style.letterSpacing
    style.letterCase =
      word(
        fields["case"],
        foreign: ["uppercase": "upper", "upper-case": "upper", "none": "as-is", "normal": "as-is"])
      ?? style.letterCase
    return style
  }

  /// The fields of a part that `false` takes away; nil then, and where it is neither.
  private mutating func part(_ node: JSONNode, _ shape: Shape) -> Fields? {
    if case .bool(false) = node.value { return nil }
    guard node.isObject else {
      wrongType(node, "false or an object")
      return nil
    }
    return fields(node, shape)
  }

  private mutating func outline(
    _ node: JSONNode, on base: TextStyle.Outline?
  ) -> TextStyle.Outline? {
    guard let fields = part(node, .outline) else { return nil }
    var outline = base ?? TextStyle.Outline()
    outline.width = length(fields["width"], minimum: 0) ?? outline.width
    outline.color = color(fields["color"]) ?? outline.color
    return outline
  }

  private mutating func box(_ node: JSONNode, on base: TextStyle.Box?) -> TextStyle.Box? {
    guard let fields = part(node, .textBox) else { return nil }
    var box = base ?? TextStyle.Box()
    box.color = color(fields["color"]) ?? box.color
    box.padding = length(fields["padding"], minimum: 0) ?? box.padding
    box.radius = length(fields["radius"], minimum: 0) ?? box.radius
    return box
  }

  private mutating func textShadow(_ node: JSONNode, on base: Layer.Shadow?) -> Layer.Shadow? {
    switch node.value {
    case .bool(false): return nil
    case .bool(true): return base ?? Layer.Shadow()
    case .object: return shadow(node, on: base ?? Layer.Shadow())
    default:
      wrongType(node, "true, false or an object")
      return nil
    }
  }
}
