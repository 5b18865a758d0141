extension DocumentDecoder {
  /// What a layer looks like, once its place is known.
  mutating func look(_ fields: Fields, _ layer: inout Layer) {
    if let node = fields["mask"] { layer.mask = mask(node) }
    if let node = fields["border"] { layer.border = border(node) }
    if let node = fields["shadow"] { layer.shadow = shadow(node) }
    if let node = fields["key"] { layer.key = chromaKey(node) }
    layer.blend = word(fields["blend"], foreign: ["none": "normal", "plus": "add"]) ?? .normal
    if layer.slot == .background {
      layer.dim = unit(fields["dim"]) ?? 0
      layer.blur = length(fields["blur"], minimum: 0) ?? .zero
    }
    if let node = fields["motion"] {
      layer.motion = motion(node)
    } else {
      layer.motion = usualMotion(of: layer)
    }
    if let node = fields["enter"] { layer.enter = entrance(node) }
    if let node = fields["exit"] { layer.exit = entrance(node) }
  }

  /// Slow zoom for a still background; nil where only the file can tell whether it is one.
  private func usualMotion(of layer: Layer) -> Layer.Motion? {
    guard layer.slot == .background, case .asset(let id, let kind) = layer.content else {
      return Layer.Motion.none
    }
    switch (kind, assetKinds[id] ?? .auto) {
    case (.image, _), (nil, .image): return Layer.Motion()
    case (nil, .auto): return nil
    default: return Layer.Motion.none
    }
  }

  private mutating func mask(_ node: JSONNode) -> Layer.Mask {
    let kinds = ["none", "circle", "rounded", "asset"]
    if let text = node.string {
      switch text {
      case "none": return .none
      case "circle": return .circle
      case "rounded": return .rounded(radius: Layer.Mask.defaultRadius)
      default:
        notAWord(
          node, text, allowed: Array(kinds.prefix(3)),
          foreign: ["ellipse": "circle", "round": "circle"])
        return .none
      }
    }
    guard let fields = fields(node, .mask) else { return .none }
    guard let kindNode = fields["kind"] else {
      missing("kind", in: fields, .mask)
      return .none
    }
    guard let kind = kindNode.string else {
      wrongType(kindNode, "text")
      return .none
    }
    let radius = length(fields["radius"], minimum: 0)
    let asset = assetID(fields["asset"])
    if kind != "rounded", let member = fields.member("radius") {
      findings.add(Finding(.unknownKey, key: member, "'radius' belongs to masks of kind 'rounded'"))
    }
    if kind != "asset", let member = fields.member("asset") {
      findings.add(Finding(.unknownKey, key: member, "'asset' belongs to masks of kind 'asset'"))
    }
    switch kind {
    case "none": return .none
    case "circle": return .circle
    case "rounded": return .rounded(radius: radius ?? Layer.Mask.defaultRadius)
    case "asset":
      if fields["asset"] == nil { missing("asset", in: fields, .mask) }
      return .asset(asset ?? "")
    default:
      notAWord(kindNode, kind, allowed: kinds)
      return .none
    }
  }

  private mutating func border(_ node: JSONNode) -> Layer.Border? {
    guard let fields = fields(node, .border) else { return nil }
    for key in Shape.border.keys where fields[key] == nil { missing(key, in: fields, .border) }
    return Layer.Border(
      width: length(fields["width"], minimum: 0) ?? .zero, color: color(fields["color"]) ?? .black)
  }

  private mutating func shadow(_ node: JSONNode) -> Layer.Shadow? {
    if case .bool(true) = node.value { return Layer.Shadow() }
    guard node.isObject else {
      wrongType(node, "true or an object")
      return nil
    }
    return shadow(node, on: Layer.Shadow())
  }

  /// An object's changes to a shadow.
  mutating func shadow(_ node: JSONNode, on base: Layer.Shadow) -> Layer.Shadow? {
    guard let fields = fields(node, .shadow) else { return nil }
    var shadow = base
    shadow.dx = length(fields["dx"]) ?? shadow.dx
    shadow.dy = length(fields["dy"]) ?? shadow.dy
    shadow.blur = length(fields["blur"], minimum: 0) ?? shadow.blur
    shadow.color = color(fields["color"]) ?? shadow.color
    shadow.opacity = opacity(fields["opacity"]) ?? shadow.opacity
    return shadow
  }

  private mutating func chromaKey(_ node: JSONNode) -> Layer.ChromaKey? {
    guard let fields = fields(node, .chromaKey) else { return nil }
    if fields["color"] == nil { missing("color", in: fields, .chromaKey) }
    var key = Layer.ChromaKey(color: color(fields["color"]) ?? .black)
    key.tolerance = unit(fields["tolerance"]) ?? key.tolerance
    key.softness = unit(fields["softness"]) ?? key.softness
    key.spill = unit(fields["spill"]) ?? key.spill
    return key
  }

  private enum MotionKind: String, DocumentWord { case kenBurns = "ken-burns" }

  private mutating func motion(_ node: JSONNode) -> Layer.Motion? {
    guard let fields = fields(node, .motion) else { return nil }
    var motion = Layer.Motion()
    _ = word(fields["kind"], as: MotionKind.self, foreign: ["kenburns": "ken-burns"])
    motion.preset =
      word(fields["preset"], foreign: ["zoom-in": "in", "zoom-out": "out"]) ?? motion.preset
    motion.amount = unit(fields["amount"]) ?? motion.amount
    motion.ease =
      word(fields["ease"], foreign: ["ease-in": "in", "ease-out": "out", "ease-in-out": "in-out"])
      ?? motion.ease
    return motion
  }

  private mutating func entrance(_ node: JSONNode) -> Layer.Entrance {
    var entrance = Layer.Entrance()
    guard let fields = fields(node, .entrance) else { return entrance }
    entrance.kind =
      word(
        fields["kind"],
        foreign: ["fade-in": "fade", "fade-out": "fade", "zoom": "pop", "scale": "pop"])
      ?? entrance.kind
    entrance.duration = time(fields["duration"]) ?? entrance.duration
    return entrance
  }
}
