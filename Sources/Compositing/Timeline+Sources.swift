import SceneDocument

extension TimelineMaker {
  /// A layer that shows an asset: which moment of it is seen when, and what its policies do about a
  /// source that is shorter or longer than its place. Its sound, if it is heard, goes the same way.
  mutating func moving(
    _ layer: Layer, _ id: String, _ record: ProbeRecord, _ video: ProbeRecord.Video, from: Int,
    to: Int, _ setting: Setting, _ events: inout [PolicyEvent]
  ) -> PictureLayer {
    let picture = picture(id, record, video)
    let shape = shape(layer, video, rotation: picture.rotation)
    let box = box(layer, shape: shape)
    warnOfEnlargement(layer, id, shape, box, setting)
    var result = PictureLayer(
      content: .asset(
        picture,
        SourceTiming(first: from, start: 0, end: 0, rate: Rational(1), atEnd: .freeze)),
      from: from, to: to, box: box)
    guard !record.isStill else { return result }
    let first = firstFrame(layer, from: from, to: to, setting)
    let window = window(layer.trim, length: video.end, at: setting.pointer)
    var run = Run(
      first: first, to: to, window: window, rate: speed(layer), end: .freeze, isShort: false)
    fit(&run, layer, setting, &events)
    result.to = max(min(to, run.to), from)
    result.content = .asset(
      picture,
      SourceTiming(
        first: first, start: run.window.start.microseconds, end: run.window.end.microseconds,
        rate: run.rate, atEnd: run.end))
    layerSound(layer, record, run, setting)
    return result
  }

  /// A source played in its place.
  struct Run {
    /// The frame that shows the window's start.
    var first: Int
    /// The frame after the last that shows it.
    var to: Int
    var window: Window
    var rate: Rational
    var end: SourceTiming.End
    /// Used up before its place is.
    var isShort: Bool
  }

  /// The first frame of an avatar waits for the end of the scene's head, where the speech begins.
  private func firstFrame(_ layer: Layer, from: Int, to: Int, _ setting: Setting) -> Int {
    guard layer.slot == .avatar, let scene = setting.scene?.scene else { return from }
    return min(max(from, scene.head.frame(at: rate).value), to - 1)
  }

  // MARK: Policies

  private mutating func fit(
    _ run: inout Run, _ layer: Layer, _ setting: Setting, _ events: inout [PolicyEvent]
  ) {
    // A window with nothing in it is told already.
    guard run.window.length > .zero else { return }
    let planned = rate.time(of: FrameIndex(run.to - run.first))
    let real = run.window.length / run.rate
    // Each frame shows the moment in its middle, so half a frame is neither too short nor too long.
    let slack = rate.time(of: FrameIndex(1)) / Rational(2)
    if planned > real + slack {
      run.isShort = true
      let policy = layer.whenShort.rawValue
      events.append(event(layer.id, policy, planned: planned, real: real))
      whenShort(&run, layer, planned: planned, real: real, setting)
    } else if real > planned + slack {
      let policy = layer.whenLong.rawValue
      events.append(event(layer.id, policy, planned: planned, real: real))
      whenLong(&run, layer, planned: planned, real: real, setting)
    }
  }

  private mutating func whenShort(
    _ run: inout Run, _ layer: Layer, planned: Rational, real: Rational, _ setting: Setting
  ) {
    switch layer.whenShort {
    case .loop, .pingpong:
      run.end = layer.whenShort == .loop ? .loop : .pingpong
      if layer.slot == .background, real < Rational(1, 2) {
        tell(
          .mediaTooShort, at: setting.pointer + "/asset",
          "the background lasts only \(text(real)), too short to be repeated: give one of at least "
            + "0.5 s, or set 'when_short' to \"freeze\"")
      }
    case .freeze: run.end = .freeze
    case .hide: run.to = min(run.to, run.first + max(1, rate.nearestFrames(real)))
    case .slow:
      let factor = real / planned
      if factor < Rational(1, 2) {
        tell(
          .speedRange, at: setting.pointer + "/when_short",
          "'slow' would have to play \(text(real)) over \(text(planned)), slower than half speed: "
            + "choose another policy or a longer source")
      }
      run.rate = run.window.length / planned
    case .fail:
      tell(
        .mediaTooShort, at: setting.pointer + "/asset",
        "the source lasts \(text(real)), its place \(text(planned)): give a longer one, or another "
          + "'when_short' than \"fail\"")
    }
  }

  private mutating func whenLong(
    _ run: inout Run, _ layer: Layer, planned: Rational, real: Rational, _ setting: Setting
  ) {
    switch layer.whenLong {
    case .trim: break
    case .speed:
      if real / planned > Rational(2) {
        tell(
          .speedRange, at: setting.pointer + "/when_long",
          "'speed' would have to play \(text(real)) in \(text(planned)), faster than double speed: "
            + "choose another policy or a shorter source")
      }
      run.rate = run.window.length / planned
    case .fail:
      tell(
        .range, at: setting.pointer + "/when_long",
        "the source lasts \(text(real)), its place \(text(planned)): trim it, or choose another "
          + "'when_long' than \"fail\"")
    }
  }

  private mutating func warnOfEnlargement(
    _ layer: Layer, _ id: String, _ shape: PixelBox, _ box: PixelBox, _ setting: Setting
  ) {
    let scale = enlargement(layer.fit, shape, in: box)
    guard scale > 1.5 + 1e-9 else { return }
    let tenths = Int((scale * 10).rounded())
    tell(
      .upscaled, at: setting.pointer + "/asset",
      "'\(document.assets[id]?.path ?? id)' is enlarged \(tenths / 10).\(tenths % 10) times: "
        + "give a larger one, or make the layer smaller")
  }
}

extension FrameRate {
  /// The nearest whole number of frames.
  func nearestFrames(_ time: Rational) -> Int { Int((time * rational).rounded) }
}
