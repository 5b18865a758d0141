import SceneDocument

extension TimelineMaker {
  /// False if the layer cannot be drawn, which is then told.
  mutating func look(
    _ layer: Layer, _ picture: inout PictureLayer, isStill: Bool, _ setting: Setting,
    _ events: inout [PolicyEvent]
  ) -> Bool {
    picture.fit = PictureLayer.Fit(rawValue: layer.fit.rawValue) ?? .contain
    (picture.focusX, picture.focusY) = (layer.focus.x, layer.focus.y)
    picture.crop = [layer.crop.left, layer.crop.top, layer.crop.right, layer.crop.bottom]
    (picture.rotate, picture.opacity) = (layer.rotate, layer.opacity)
    picture.blend = PictureLayer.Blend(rawValue: layer.blend.rawValue) ?? .normal
    (picture.dim, picture.blur) = (layer.dim, pixels(layer.blur))
    picture.border = layer.border.map {
      PictureLayer.Border(width: pixels($0.width), color: RGBA($0.color))
    }
    picture.shadow = layer.shadow.map {
      PictureLayer.Shadow(
        dx: pixels($0.dx), dy: pixels($0.dy, .vertical), blur: pixels($0.blur),
        color: RGBA($0.color), opacity: $0.opacity)
    }
    picture.key = layer.key.map {
      PictureLayer.ColorKey(
        color: RGBA($0.color), tolerance: $0.tolerance, softness: $0.softness, spill: $0.spill)
    }
    let motion = layer.motion ?? (isStill ? Layer.Motion() : .none)
    picture.motion = PictureLayer.KenBurns.Preset(rawValue: motion.preset.rawValue).map {
      PictureLayer.KenBurns(
        preset: $0, amount: motion.amount, ease: Easing(rawValue: motion.ease.rawValue) ?? .linear)
    }
    picture.enter = passage(layer.enter)
    picture.exit = passage(layer.exit)
    switch layer.mask {
    case .none: picture.mask = .none
    case .circle: picture.mask = .circle
    case .rounded(let radius): picture.mask = .rounded(pixels(radius))
    case .asset(let id):
      let found = find(
        id, for: layer.id, at: setting.pointer + "/mask/asset", scene: setting.scene,
        events: &events)
      guard case .record(let record) = found else { return false }
      guard let video = record.video else {
        noStream("picture", of: id, at: setting.pointer + "/mask")
        return false
      }
      picture.mask = .asset(self.picture(id, record, video))
    }
    return true
  }

  private func passage(_ entrance: Layer.Entrance) -> PictureLayer.Passage? {
    let frames = entrance.duration.frame(at: rate).value
    guard frames > 0, let kind = PictureLayer.Passage.Kind(rawValue: entrance.kind.rawValue) else {
      return nil
    }
    return PictureLayer.Passage(kind: kind, frames: frames)
  }
}

extension RGBA {
  init(_ color: Color) {
    self.init(red: color.red, green: color.green, blue: color.blue, alpha: color.alpha)
  }
}

extension PictureLayer {
  /// The same layer seen from a scene that begins `-frames` later.
  func shifted(by frames: Int) -> PictureLayer {
    var layer = self
    layer.from += frames
    layer.to += frames
    if case .asset(let picture, var timing) = layer.content {
      timing.first += frames
      layer.content = .asset(picture, timing)
    }
    return layer
  }
}
