extension SceneDocument {
  /// Every key of the specification that has a value here, in the specification's order.
  var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("spec", .string("scene/1"))
    object.add("id", id: id)
    object.add("title", text: title)
    object.add("output", output.expanded)
    object.add("variants", .array(variants.map(\.expanded)))
    object.add("assets", .object(assets.map { JSONValue.Member($0.id, $0.expanded) }))
    object.add("styles", styles.expanded)
    object.add("scenes", .array(scenes.indices.map(expandedScene)))
    object.add("overlays", .array(overlays.map(\.expanded)))
    object.add("audio", audio.expanded)
    return object.json
  }

  private func expandedScene(_ index: Int) -> JSONValue {
    let scene = scenes[index]
    var json = scene.expandedWithoutVariants
    let others = variants.compactMap { variant in
      variant.scenes.indices.contains(index) ? (variant.id, variant.scenes[index]) : nil
    }
    if let changes = scene.changes(json, for: others) { json.append("on", changes) }
    return json
  }
}

extension Output {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("size", [.integer(size.width), .integer(size.height)])
    object.add(
      "fps",
      frameRate.denominator == 1
        ? .integer(frameRate.numerator)
        : .string("\(frameRate.numerator)/\(frameRate.denominator)"))
    object.add("preset", preset)
    object.add("container", container)
    var video = ObjectBuilder()
    video.add("codec", self.video.codec)
    video.add("quality", self.video.quality)
    video.add("max_kbps", self.video.maximumKilobits)
    video.add("gop", self.video.gop)
    video.add("pixel", self.video.pixel)
    video.add("effort", self.video.effort)
    object.add("video", video.json)
    var audio = ObjectBuilder()
    audio.add("codec", self.audio.codec)
    audio.add("kbps", self.audio.kilobits)
    audio.add("rate", self.audio.rate)
    audio.add("channels", self.audio.channels)
    object.add("audio", audio.json)
    object.add("subtitles", subtitles)
    object.add("poster", poster?.expanded)
    object.add("thumbnails", thumbnails?.expanded)
    object.add("chapters", chapters)
    object.add("determinism", determinism)
    object.add("background", background)
    return object.json
  }
}

extension Output.Poster {
  var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("at", at)
    object.add("format", format)
    return object.json
  }
}

extension Output.Thumbnails {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("every", every)
    object.add("width", width)
    return object.json
  }
}

extension Asset {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("path", text: path)
    object.add("sha256", id: sha256)
    object.add("kind", kind)
    object.add("alpha", alpha)
    object.add("rotation", rotation.map(JSONValue.integer) ?? "auto")
    var tags = ObjectBuilder()
    tags.add("matrix", color.matrix)
    tags.add("range", color.range)
    tags.add("primaries", color.primaries)
    tags.add("transfer", color.transfer)
    object.add("color", tags.json)
    var damage = ObjectBuilder()
    damage.add("policy", self.damage.policy)
    damage.add("max", self.damage.maximum)
    object.add("damage", damage.json)
    object.add("provenance", provenance.json)
    return object.json
  }
}

extension Asset.Provenance {
  /// As in an expanded document.
  public var json: JSONValue {
    var object = ObjectBuilder()
    object.add("generator", text: generator)
    object.add("model", text: model)
    object.add("prompt_sha256", id: promptSHA256)
    object.add("ai", ai.map(JSONValue.bool))
    object.add("created", text: created)
    object.add("licence", text: licence)
    object.add("source", text: source)
    return object.json
  }
}

extension Scene {
  var expandedWithoutVariants: JSONValue {
    var object = ObjectBuilder()
    object.add("id", id: id)
    object.add("title", text: title)
    object.add("enabled", enabled)
    object.add("duration", duration?.json ?? "auto")
    object.add("min_duration", minimumDuration)
    object.add("max_duration", maximumDuration)
    object.add("head", head)
    object.add("tail", tail)
    object.add("overrun", overrun)
    object.add("on_missing", onMissing)
    switch background {
    case .color(let color): object.add("background", color)
    case .layer(let layer): object.add("background", layer.expanded)
    }
    object.add("avatar", avatar?.expanded)
    object.add("title_card", titleCard?.expanded)
    object.add("lower_third", lowerThird?.expanded)
    object.add("narration", narration?.expanded)
    object.add("captions", captions?.expanded)
    object.add("layers", .array(layers.map(\.expanded)))
    object.add("sounds", .array(sounds.map(\.expanded)))
    object.add("transition", transition.expanded)
    return object.json
  }
}

extension Transition {
  fileprivate var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("kind", kind)
    if kind != .cut { object.add("duration", duration) }
    if kind == .dip { object.add("color", color) }
    object.add("outgoing", outgoing)
    return object.json
  }
}
