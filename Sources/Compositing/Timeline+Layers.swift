import SceneDocument

extension TimelineMaker {
  /// A layer in the frames of its scene (or of the programme), with the stacking order it asks for.
  struct PlacedLayer {
    var z: Int
    var layer: PictureLayer
  }

  /// Where a layer stands: its scene, if any, and the frames it may fill.
  struct Setting {
    var scene: PlacedScene?
    /// Frames of the scene, or of the programme.
    var count: Int
    /// Programme frame of frame 0.
    var start: FrameIndex
    var pointer: String
  }

  // MARK: Scenes

  mutating func finish(
    _ placed: PlacedScene, overlays: [(PlacedLayer, [PolicyEvent])]
  ) -> TimelineScene {
    let scene = placed.scene
    var events = placed.events
    (avatarVoice, narrationVoice) = (nil, nil)
    var layers: [PlacedLayer] = []
    var backdrop = document.output.background
    let pointers = layerPointers(placed)
    for (layer, pointer) in zip(scene.allLayers, pointers) {
      let setting = Setting(
        scene: placed, count: placed.count, start: placed.frames.lowerBound, pointer: pointer)
      if let layer = self.layer(layer, in: setting, &events) { layers.append(layer) }
    }
    if case .color(let color) = scene.background { backdrop = color }
    sceneSounds(placed, &events)
    var stacked = layers.enumerated().sorted {
      ($0.element.z, $0.offset) < ($1.element.z, $1.offset)
    }
    .map(\.element.layer)
    let start = placed.frames.lowerBound.value
    for (overlay, overlayEvents) in overlays {
      let shifted = overlay.layer.shifted(by: -start)
      guard shifted.to > 0, shifted.from < placed.count else { continue }
      stacked.append(shifted)
      if overlay.layer.from >= start || start == 0 { events += overlayEvents }
    }
    let picture = ScenePicture(
      width: frameSize.width, height: frameSize.height, frameRate: rate.rational,
      frames: placed.count, backdrop: RGBA(backdrop), layers: stacked)
    return TimelineScene(
      id: scene.id, title: scene.title, index: placed.index, startFrame: start,
      frames: placed.count, durationRule: placed.rule, picture: picture,
      events: events,
      voices: avatarVoice.flatMap { avatar in
        narrationVoice.map { VoicePair(narration: $0, avatar: avatar) }
      })
  }

  /// In the order of `Scene.allLayers`.
  private func layerPointers(_ placed: PlacedScene) -> [String] {
    var pointers: [String] = []
    if placed.scene.backgroundLayer != nil { pointers.append(placed.pointer + "/background") }
    if placed.scene.avatar != nil { pointers.append(placed.pointer + "/avatar") }
    return pointers + placed.scene.layers.indices.map { "\(placed.pointer)/layers/\($0)" }
  }

  /// In programme frames, bottom to top.
  mutating func overlayLayers(total: FrameIndex) -> [(PlacedLayer, [PolicyEvent])] {
    var placed: [(PlacedLayer, [PolicyEvent])] = []
    for (index, overlay) in document.overlays.enumerated() {
      var events: [PolicyEvent] = []
      let setting = Setting(
        scene: nil, count: total.value, start: .zero, pointer: "/overlays/\(index)")
      if let layer = layer(overlay, in: setting, &events) { placed.append((layer, events)) }
    }
    return placed.enumerated().sorted {
      ($0.element.0.z, $0.offset) < ($1.element.0.z, $1.offset)
    }.map(\.element)
  }

  /// How `scene` takes over from `previous`; nil for a cut.
  mutating func transition(
    into scene: PlacedScene, after previous: (placed: PlacedScene, picture: ScenePicture)?
  ) -> SceneTransition? {
    let transition = scene.scene.transition
    let kind: SceneTransition.Kind
    switch transition.kind {
    case .cut: return nil
    case .crossfade: kind = .crossfade
    case .dip: kind = .dip(RGBA(transition.color))
    case .wipeLeft: kind = .wipe(.left)
    case .wipeRight: kind = .wipe(.right)
    case .wipeUp: kind = .wipe(.up)
    case .wipeDown: kind = .wipe(.down)
    }
    guard let previous else {
      tell(
        .transitionIgnored, at: scene.pointer + "/transition",
        "scene '\(scene.scene.id)' is the first: there is nothing to come from")
      return nil
    }
    let frames = transition.duration.frame(at: rate).value
    let shorter = min(scene.count, previous.placed.count)
    if 2 * frames > shorter {
      let limit = rate.time(of: FrameIndex(shorter / 2))
      tell(
        .transitionTooLong, at: scene.pointer + "/transition/duration",
        "scene '\(scene.scene.id)': the transition is longer than half of the shorter scene; "
          + "at most \(text(limit)) is possible")
      return nil
    }
    guard frames > 0 else { return nil }
    return SceneTransition(
      kind, frames: frames, outgoing: previous.picture, runsOn: transition.outgoing == .runOn)
  }

  // MARK: One layer

  /// Nil for a layer that does not show: left out, never on screen, or wrong and told.
  private mutating func layer(
    _ layer: Layer, in setting: Setting, _ events: inout [PolicyEvent]
  ) -> PlacedLayer? {
    let from = layer.from.frame(at: rate).value
    let to = min(layer.to?.frame(at: rate).value ?? setting.count, setting.count)
    guard from < to else {
      events.append(
        event(
          layer.id, "outside", planned: rate.time(of: FrameIndex(from)),
          real: rate.time(of: FrameIndex(setting.count))))
      return nil
    }
    var picture: PictureLayer
    var isStill = false
    switch layer.content {
    case .color(let color):
      picture = PictureLayer(
        content: .color(RGBA(color)), from: from, to: to, box: box(layer, shape: nil))
    case .shape(let kind, let fill):
      picture = PictureLayer(
        content: .shape(shape(kind), fill: RGBA(fill)), from: from, to: to,
        box: box(layer, shape: nil))
    case .asset(let id, let kind):
      let found = find(
        id, for: layer.id, at: setting.pointer + "/asset", scene: setting.scene,
        mayDrop: !isLone(layer, in: setting), events: &events)
      switch found {
      case .nothing: return nil
      case .placeholder(let label):
        let card = PixelBox(x: 0, y: 0, width: 16, height: 9)
        picture = PictureLayer(
          content: .placeholder(label: label), from: from, to: to, box: box(layer, shape: card))
      case .record(let record):
        guard let video = self.picture(layer, id, kind, record, setting) else { return nil }
        isStill = record.isStill
        picture = moving(layer, id, record, video, from: from, to: to, setting, &events)
        guard picture.from < picture.to else { return nil }
      }
    }
    guard look(layer, &picture, isStill: isStill, setting, &events) else { return nil }
    picture.isBackground = layer.slot == .background
    picture.name = layer.id
    return PlacedLayer(z: layer.z, layer: picture)
  }

  private func shape(_ kind: Layer.ShapeKind) -> PictureLayer.Shape {
    switch kind {
    case .rect: .rect
    case .rounded: .rounded(pixels(Layer.Mask.defaultRadius))
    case .circle: .circle
    }
  }

  /// A background that is all a scene shows cannot be dropped.
  private func isLone(_ layer: Layer, in setting: Setting) -> Bool {
    guard layer.slot == .background, let scene = setting.scene?.scene else { return false }
    return scene.avatar == nil && scene.layers.isEmpty
  }

  /// The picture stream, after checking that it is of the kind the document says.
  private mutating func picture(
    _ layer: Layer, _ id: String, _ kind: Layer.PictureKind?, _ record: ProbeRecord,
    _ setting: Setting
  ) -> ProbeRecord.Video? {
    guard let video = record.video else {
      noStream("picture", of: id, at: setting.pointer)
      return nil
    }
    let declared = document.assets[id]?.kind ?? .auto
    let wanted = kind?.rawValue ?? (declared == .auto ? nil : declared.rawValue)
    let real = record.isStill ? "image" : "video"
    if let wanted, wanted != real {
      tell(
        .mediaNoStream, at: setting.pointer + (kind == nil ? "/asset" : "/type"),
        "the document says '\(document.assets[id]?.path ?? id)' is of type \(wanted), "
          + "but the file is \(real == "image" ? "a still image" : "a video"): correct 'type' or 'kind'"
      )
      return nil
    }
    return video
  }
}
