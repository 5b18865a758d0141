extension DocumentDecoder {
  static let maximumScenes = 2000
  static let maximumLayers = 64

  /// A scene after merging with the defaults, or, where `isPartial`, the defaults alone.
  mutating func scene(_ node: JSONNode, background: Color) -> Scene? {
    let shape: Shape = isPartial ? .defaults : .scene
    guard let fields = fields(node, shape) else { return nil }
    if fields["id"] == nil { missing("id", in: fields, shape) }
    var scene = Scene(id: isPartial ? "defaults" : id(fields["id"]) ?? "")
    scene.title = text(fields["title"], maximum: 200) ?? ""
    scene.enabled = flag(fields["enabled"]) ?? true
    timing(fields, &scene)
    scene.onMissing = word(fields["on_missing"]) ?? .fail
    scene.background = .color(background)
    if let node = fields["background"] { self.background(node, &scene) }
    if let node = fields["avatar"] {
      scene.avatar = layer(node, slot: .avatar, .avatar, id: scene.id + "/avatar")
    }
    if let node = fields["title_card"] {
      scene.titleCard = layer(node, slot: .titleCard, .titleCard, id: scene.id + "/title_card")
    }
    if let node = fields["lower_third"] {
      scene.lowerThird = layer(node, slot: .lowerThird, .lowerThird, id: scene.id + "/lower_third")
    }
    if let node = fields["narration"] { scene.narration = narration(node) }
    if let node = fields["captions"] { scene.captions = captions(node) }
    if let node = fields["layers"] { scene.layers = layers(node, of: scene) }
    scene.sounds = items(fields["sounds"]).compactMap { sound($0) }
    if let node = fields["transition"] { scene.transition = transition(node) }
    if let hint = fields["x-duration-hint"], case .number(let seconds) = hint.value,
      (0...Double(Time.maximumSeconds)).contains(seconds)
    {
      scene.durationHint = .seconds(seconds)
    }
    return scene
  }

  private mutating func timing(_ fields: Fields, _ scene: inout Scene) {
    if let node = fields["duration"], node.string != "auto" {
      if let text = node.string, Self.frameDigits(text) == nil, Double(text.prefix(1)) == nil {
        wrongType(node, "\"auto\", \(Self.timeRule)", repair: nil)
      } else {
        scene.duration = time(node, isPositive: true)
      }
    }
    scene.minimumDuration = time(fields["min_duration"]) ?? scene.minimumDuration
    scene.maximumDuration =
      time(fields["max_duration"], isPositive: true) ?? scene.maximumDuration
    if scene.maximumDuration.seconds(at: frameRate) < scene.minimumDuration.seconds(at: frameRate),
      let node = fields["max_duration"] ?? fields["min_duration"]
    {
      outOfRange(
        node,
        fields["max_duration"] == nil
          ? "must not be above 'max_duration'" : "must not be below 'min_duration'")
    }
    scene.head = time(fields["head"]) ?? .zero
    scene.tail = time(fields["tail"]) ?? .zero
    scene.overrun = word(fields["overrun"]) ?? .extend
  }

  private mutating func background(_ node: JSONNode, _ scene: inout Scene) {
    if node.string != nil {
      if let color = color(node) { scene.background = .color(color) }
    } else if node.isObject {
      let layer = layer(node, slot: .background, .background, id: scene.id + "/background")
      if let layer { scene.background = .layer(layer) }
    } else {
      wrongType(node, "a colour or an object")
    }
  }

  /// Layers of a list have to be whole even in `defaults`, since lists are not merged.
  private mutating func layers(_ node: JSONNode, of scene: Scene) -> [Layer] {
    let outer = isPartial
    isPartial = false
    defer { isPartial = outer }
    let nodes = items(node, limit: Self.maximumLayers, of: "layers in a scene")
    return layers(nodes, slot: .layer, owner: scene.id)
  }

  /// The layers of a list, with ids that occur once.
  mutating func layers(_ nodes: [JSONNode], slot: Layer.Slot, owner: String) -> [Layer] {
    var ids: Set<String> = []
    return nodes.enumerated().compactMap { index, node in
      if let id = node["id"], let text = id.string, !ids.insert(text).inserted {
        duplicateID(id, text, "layer")
      }
      return layer(node, slot: slot, .layer, id: owner + "/" + String(index))
    }
  }

  mutating func duplicateID(_ node: JSONNode, _ text: String, _ what: String) {
    findings.add(
      Finding(
        .duplicateID, value: node,
        .whole("another \(what) has the id '\(excerpt(text))' already: give this one its own")))
  }

  private mutating func transition(_ node: JSONNode) -> Transition {
    if let text = node.string, Transition.Kind(rawValue: text) != nil {
      wrongType(
        node, "an object such as {\"kind\": \"\(text)\"}",
        repair: Finding.Repair(
          change: .replace(["kind": .string(text)]), suggestion: "{\"kind\":\"\(text)\"}"))
      return Transition()
    }
    guard let fields = fields(node, .transition) else { return Transition() }
    let kind: Transition.Kind? = word(
      fields["kind"],
      foreign: [
        "fade": "crossfade", "dissolve": "crossfade", "none": "cut", "xfade": "crossfade",
        "fadeblack": "dip", "fade-black": "dip", "wipeleft": "wipe-left", "wiperight": "wipe-right",
        "wipeup": "wipe-up", "wipedown": "wipe-down",
      ])
    let duration = time(fields["duration"])
    let outgoing: Transition.Outgoing? = word(fields["outgoing"])
    let color = color(fields["color"])
    if let member = fields.member("color"), kind != .dip, fields["kind"] == nil || kind != nil {
      findings.add(
        Finding(.unknownKey, key: member, "'color' belongs to transitions of kind 'dip'"))
    }
    if kind == .cut { return Transition() }
    var transition = Transition(kind ?? .crossfade, duration: duration ?? .seconds(0.5))
    if let outgoing { transition.outgoing = outgoing }
    if let color { transition.color = color }
    return transition
  }
}
