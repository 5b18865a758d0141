extension DocumentDecoder {
  /// A layer or slot.
  ///
  /// - Parameters:
  ///   - shape: the keys that its place allows.
  ///   - id: its id where the document gives none.
  mutating func layer(_ node: JSONNode, slot: Layer.Slot, _ shape: Shape, id: String) -> Layer? {
    guard let fields = fields(node, shape) else { return nil }
    var layer = Layer(
      id: self.id(fields["id"]) ?? id, slot: slot, content: content(fields, shape, slot))
    layer.z = integer(fields["z"], -1000...1000) ?? layer.z
    layer.from = time(fields["from"]) ?? .zero
    layer.to = time(fields["to"])
    checkOrder(fields["to"], layer.from, layer.to)
    layer.trim = trim(fields["trim"])
    layer.speed = number(fields["speed"], 0.25...4) ?? 1
    layer.position = position(fields, layer.position)
    layer.fit =
      word(
        fields["fit"],
        foreign: ["crop": "cover", "stretch": "fill", "letterbox": "contain", "scale": "fill"])
      ?? layer.fit
    layer.size = size(fields, layer)
    layer.focus = point(fields["focus"]) ?? layer.focus
    layer.crop = crop(fields["crop"]) ?? layer.crop
    layer.rotate = number(fields["rotate"], -360...360) ?? 0
    layer.opacity = opacity(fields["opacity"]) ?? 1
    look(fields, &layer)
    layer.whenShort =
      word(fields["when_short"], foreign: ["hold": "freeze", "repeat": "loop"]) ?? layer.whenShort
    layer.whenLong = word(fields["when_long"], foreign: ["cut": "trim"]) ?? layer.whenLong
    layer.gain = gain(fields["gain_db"]) ?? .unity
    layer.mute = flag(fields["mute"]) ?? (fields["gain_db"] == nil && layer.mute)
    layer.audio = slot == .avatar ? word(fields["audio"]) ?? .auto : .auto
    if isVariant { layer.hidden = flag(fields["hidden"]) ?? false }
    return layer
  }

  mutating func checkOrder(_ node: JSONNode?, _ from: Time, _ to: Time?) {
    guard let node, let to, to.frame(at: frameRate) <= from.frame(at: frameRate) else { return }
    outOfRange(node, "must be at least one frame after 'from'")
  }

  // MARK: Content

  private mutating func content(
    _ fields: Fields, _ shape: Shape, _ slot: Layer.Slot
  ) -> Layer.Content {
    let isTextSlot = slot == .titleCard || slot == .lowerThird
    let typeWords = isTextSlot ? ["text"] : ["video", "image", "text", "shape", "color"]
    let type = fields["type"]
    if let type, type.string == nil { wrongType(type, "text") }
    if isTextSlot {
      if let type, let text = type.string, text != "text" {
        notAWord(type, text, allowed: typeWords, within: " in \(shape.name)")
      }
      strayOfText(fields)
      return .text(textBlock(fields, shape, slot))
    }
    if type?.string == "text" {
      strayOfText(fields)
      return .text(textBlock(fields, shape, slot))
    }
    if type == nil, fields["asset"] == nil, fields["text"] != nil {
      missing("type", in: fields, shape, advice: "text is a layer of type \"text\"")
      return .text(textBlock(fields, shape, slot))
    }
    for key in Shape.textLayer.keys {
      if let member = fields.member(key) { stray(member, "layers of type 'text'") }
    }
    switch type?.string {
    case nil, "video", "image":
      if let member = fields.member("shape") { stray(member, "layers of type 'shape'") }
      if let member = fields.member("fill") { stray(member, "layers of type 'shape' or 'color'") }
      if fields["asset"] == nil {
        missing(
          "asset", in: fields, shape, advice: "name an asset, or give type 'color' with a 'fill'")
      }
      let asset = assetID(fields["asset"])
      return .asset(asset ?? "", type?.string.flatMap(Layer.PictureKind.init))
    case "shape":
      if let member = fields.member("asset") { stray(member, "layers of type 'video' or 'image'") }
      for key in ["shape", "fill"] where fields[key] == nil { missing(key, in: fields, shape) }
      let kind: Layer.ShapeKind? = word(
        fields["shape"], foreign: ["rectangle": "rect", "square": "rect", "ellipse": "circle"])
      return .shape(kind ?? .rect, fill: color(fields["fill"]) ?? .black)
    case "color":
      if let member = fields.member("asset") { stray(member, "layers of type 'video' or 'image'") }
      if let member = fields.member("shape") { stray(member, "layers of type 'shape'") }
      if fields["fill"] == nil { missing("fill", in: fields, shape) }
      return .color(color(fields["fill"]) ?? .black)
    case let text?:
      if let type {
        notAWord(type, text, allowed: typeWords, foreign: ["colour": "color", "picture": "image"])
      }
      return .color(.black)
    }
  }

  private mutating func strayOfText(_ fields: Fields) {
    if let member = fields.member("asset") { stray(member, "layers of type 'video' or 'image'") }
    if let member = fields.member("shape") { stray(member, "layers of type 'shape'") }
    if let member = fields.member("fill") {
      findings.add(
        Finding(
          .unknownKey, key: member,
          "'fill' belongs to layers of type 'shape' or 'color' only: text has the 'fill' of its style"
        ))
    }
  }

  /// A key that belongs to another kind of layer.
  private mutating func stray(_ member: JSONMember, _ owner: String) {
    findings.add(Finding(.unknownKey, key: member, "'\(member.key)' belongs to \(owner) only"))
  }

  // MARK: Layout

  /// Keys of which one level of a document may use one family only.
  static let layoutFamilies = [["place", "margin"], ["x", "y", "anchor"]]
  static let contentFamilies = [["asset"], ["shape", "fill"], textFamily]
  private static let textFamily = ["text", "sub", "style", "align", "max_width", "max_lines"]
  static let sourceFamilies = [["words"], ["srt"], ["vtt"], ["cues"]]

  static let placeNames = [
    "top-center": "top", "bottom-center": "bottom", "middle": "center", "centre": "center",
    "lower-right": "bottom-right", "lower-left": "bottom-left", "upper-right": "top-right",
    "upper-left": "top-left", "right-bottom": "bottom-right",
  ]

  private mutating func position(_ fields: Fields, _ usual: Layer.Position) -> Layer.Position {
    let coordinates = [fields.member("x"), fields.member("y"), fields.member("anchor")]
    let free = coordinates.compactMap { $0 }.min { $0.keyStart < $1.keyStart }
    let place: Anchor? = word(fields["place"], foreign: Self.placeNames)
    let margin = length(fields["margin"])
    let (x, y) = (length(fields["x"]), length(fields["y"]))
    let anchor: Anchor? = word(fields["anchor"], foreign: ["centre": "center", "middle": "center"])
    guard let free else {
      guard case .place(let usualPlace, let usualMargin) = usual else { return usual }
      return .place(place ?? usualPlace, margin: margin ?? usualMargin)
    }
    if let other = fields.member("place") ?? fields.member("margin") {
      findings.add(
        Finding(
          .layoutConflict, key: free,
          "'\(free.key)' and '\(other.key)' both say where the layer stands: keep one of them"))
    }
    return .at(x: x ?? .zero, y: y ?? .zero, anchor: anchor ?? .topLeft)
  }

  private mutating func size(_ fields: Fields, _ layer: Layer) -> Size {
    guard let node = fields["size"], let size = size(node) else { return layer.size }
    var isText = false
    if case .text = layer.content { isText = true }
    if size.width == nil, size.height == nil, layer.fit != .none, !isText,
      !isPartial || fields["fit"] != nil
    {
      findings.add(
        Finding(
          .layoutConflict, value: node,
          .aboutValue("may be 'auto' on both sides only with fit 'none'")))
    }
    return size
  }

  private mutating func crop(_ node: JSONNode?) -> Layer.Crop? {
    guard let node else { return nil }
    guard case .array(let items) = node.value, items.count == 4 else {
      wrongType(node, "a list of four shares, [left, top, right, bottom]")
      return nil
    }
    var crop = Layer.Crop()
    crop.left = unit(items[0]) ?? 0
    crop.top = unit(items[1]) ?? 0
    crop.right = unit(items[2]) ?? 0
    crop.bottom = unit(items[3]) ?? 0
    if crop.left + crop.right >= 1 || crop.top + crop.bottom >= 1 {
      outOfRange(node, "must leave some of the picture: opposite sides sum to less than 1")
    }
    return crop
  }
}
