import SceneDocument

extension TimelineMaker {
  /// What a scene's length is taken from.
  struct Measure {
    var rule: TimelineScene.DurationRule
    /// Seconds, without the scene's head and tail.
    var length: Rational
    /// Something is said: cutting it is an error.
    var isSpeech: Bool
  }

  mutating func place(_ scene: Scene, index: Int, at start: FrameIndex) -> PlacedScene {
    var events: [PolicyEvent] = []
    let measure = measure(scene, index: index)
    let frames: Int
    let rule: TimelineScene.DurationRule
    if let duration = scene.duration {
      rule = .fixed
      frames = fixedFrames(scene, index, duration, measure, &events)
    } else if let measure {
      rule = measure.rule
      frames = automaticFrames(scene, index, measure, &events)
    } else {
      rule = .fixed
      frames = hintedFrames(scene, index)
    }
    checkHint(scene, index, frames)
    return PlacedScene(
      scene: scene, index: index, frames: start..<start + max(frames, 1), rule: rule, events: events
    )
  }

  // MARK: What has a length

  /// The first of narration, avatar sound, avatar picture, captions and background video that is there.
  private mutating func measure(_ scene: Scene, index: Int) -> Measure? {
    let pointer = "/scenes/\(index)"
    if let narration = scene.narration {
      guard let audio = sound(of: narration.asset, at: pointer + "/narration", scene: scene) else {
        // Told already; any length will do to find the other mistakes.
        return Measure(rule: .narration, length: Rational(1), isSpeech: false)
      }
      let window = window(narration.trim, length: audio.end, at: pointer + "/narration")
      let length = narration.offset.seconds(at: rate) + window.length
      return Measure(rule: .narration, length: length, isSpeech: true)
    }
    if let avatar = scene.avatar, let id = avatar.asset, let record = probes[id] {
      if speaks(avatar, record), let audio = record.audio {
        let window = window(avatar.trim, length: audio.end, at: pointer + "/avatar")
        return Measure(
          rule: .avatarSound, length: delay(avatar, scene) + window.length / speed(avatar),
          isSpeech: true)
      }
      if let video = record.movingVideo {
        let window = window(avatar.trim, length: video.end, at: pointer + "/avatar")
        return Measure(
          rule: .avatarPicture, length: delay(avatar, scene) + window.length / speed(avatar),
          isSpeech: false)
      }
    }
    if let end = spoken(scene, index: index)?.end {
      return Measure(
        rule: .captions, length: max(.zero, end - scene.head.seconds(at: rate)), isSpeech: false)
    }
    if case .layer(let background) = scene.background, let id = background.asset,
      let video = probes[id]?.movingVideo
    {
      let window = window(background.trim, length: video.end, at: pointer + "/background")
      return Measure(
        rule: .background, length: window.length / speed(background), isSpeech: false)
    }
    return isAnyUnreadable(scene)
      ? Measure(rule: .background, length: Rational(1), isSpeech: false) : nil
  }

  /// Whether the length may hang on a file that is not there or whose error is told elsewhere.
  private func isAnyUnreadable(_ scene: Scene) -> Bool {
    [scene.avatar, scene.backgroundLayer].contains { layer in
      guard let id = layer?.asset else { return false }
      return unreadable.contains(id) || (probes[id] == nil && scene.onMissing == .fail)
    }
  }

  /// Whether an avatar's own sound is heard.
  func speaks(_ avatar: Layer, _ record: ProbeRecord) -> Bool {
    record.audio != nil && !avatar.mute && avatar.audio != .off
  }

  func speed(_ layer: Layer) -> Rational { Rational(rounding: layer.speed) }

  /// How long after the scene's head an avatar begins.
  private func delay(_ avatar: Layer, _ scene: Scene) -> Rational {
    max(.zero, avatar.from.seconds(at: rate) - scene.head.seconds(at: rate))
  }

  // MARK: Frames

  private mutating func automaticFrames(
    _ scene: Scene, _ index: Int, _ measure: Measure, _ events: inout [PolicyEvent]
  ) -> Int {
    let head = scene.head.seconds(at: rate)
    let maximum = scene.maximumDuration.seconds(at: rate)
    let whole = head + measure.length + scene.tail.seconds(at: rate)
    if measure.isSpeech, head + measure.length > maximum {
      speechCut(scene, index, needed: head + measure.length, given: maximum, &events)
    }
    let bounded = min(max(whole, scene.minimumDuration.seconds(at: rate)), maximum)
    return rate.frameCount(covering: bounded)
  }

  private mutating func fixedFrames(
    _ scene: Scene, _ index: Int, _ duration: Time, _ measure: Measure?,
    _ events: inout [PolicyEvent]
  ) -> Int {
    let fixed = duration.frame(at: rate).value
    let given = rate.time(of: FrameIndex(fixed))
    let head = scene.head.seconds(at: rate)
    guard let measure, measure.isSpeech, head + measure.length > given else { return fixed }
    let spoken = head + measure.length
    switch scene.overrun {
    case .cut:
      events.append(event("speech", "cut", planned: given, real: spoken))
      return fixed
    case .fail:
      tell(
        .speechCut, at: "/scenes/\(index)/duration",
        "scene '\(scene.id)': its speech needs \(text(spoken)), 'duration' gives \(text(given)): "
          + "lengthen the scene, or allow 'overrun' to extend or cut it")
      return fixed
    case .extend:
      let maximum = scene.maximumDuration.seconds(at: rate)
      let whole = min(spoken + scene.tail.seconds(at: rate), maximum)
      if spoken > maximum {
        tell(
          .speechCut, at: "/scenes/\(index)/max_duration",
          "scene '\(scene.id)': its speech needs \(text(spoken)), 'max_duration' allows "
            + "\(text(maximum)): raise it, or set 'overrun' to \"cut\"")
      }
      let frames = max(fixed, rate.frameCount(covering: whole))
      tell(
        .durationExtended, at: "/scenes/\(index)/duration",
        "scene '\(scene.id)' lasts \(text(rate.time(of: FrameIndex(frames)))) instead of "
          + "\(text(given)), because its speech does")
      events.append(event("speech", "extend", planned: given, real: spoken))
      return frames
    }
  }

  private mutating func hintedFrames(_ scene: Scene, _ index: Int) -> Int {
    if let hint = scene.durationHint {
      return rate.frameCount(covering: hint.seconds(at: rate))
    }
    tell(
      .durationUnresolved, at: "/scenes/\(index)",
      "scene '\(scene.id)' has nothing that says how long it is: give it a 'duration', "
        + "a narration, or a video as avatar or background")
    return 1
  }

  private mutating func checkHint(_ scene: Scene, _ index: Int, _ frames: Int) {
    guard let hint = scene.durationHint?.seconds(at: rate) else { return }
    let real = rate.time(of: FrameIndex(frames))
    let difference = real < hint ? hint - real : real - hint
    if difference > Rational(1, 2) {
      tell(
        .durationHint, at: "/scenes/\(index)/x-duration-hint",
        "scene '\(scene.id)' lasts \(text(real)), not the \(text(hint)) that were expected")
    }
  }

  private mutating func speechCut(
    _ scene: Scene, _ index: Int, needed: Rational, given: Rational, _ events: inout [PolicyEvent]
  ) {
    if scene.overrun == .cut {
      events.append(event("speech", "cut", planned: given, real: needed))
      return
    }
    tell(
      .speechCut, at: "/scenes/\(index)/max_duration",
      "scene '\(scene.id)': its speech needs \(text(needed)), 'max_duration' allows \(text(given)): "
        + "raise it, or set 'overrun' to \"cut\"")
  }

  // MARK: Parts of sources

  /// Seconds of a source from which something is shown or heard.
  struct Window {
    var start: Rational
    var end: Rational
    var length: Rational { max(.zero, end - start) }
  }

  /// What `trim` leaves of a source that ends at `length`.
  mutating func window(_ trim: Layer.Trim?, length: Rational, at pointer: String) -> Window {
    guard let trim else { return Window(start: .zero, end: length) }
    let start = trim.start.seconds(at: rate)
    if start >= length {
      tell(
        .mediaTooShort, at: pointer + "/trim",
        "'trim' begins at \(text(start)), but the source ends at \(text(length))")
    }
    return Window(start: start, end: min(trim.end.seconds(at: rate), length))
  }

  func event(_ layer: String, _ policy: String, planned: Rational, real: Rational) -> PolicyEvent {
    PolicyEvent(
      layer: layer, policy: policy, plannedMicroseconds: planned.microseconds,
      realMicroseconds: real.microseconds)
  }
}

extension Scene {
  var backgroundLayer: Layer? {
    if case .layer(let layer) = background { layer } else { nil }
  }
}

extension ProbeRecord {
  var isStill: Bool { kind == .image || (video.map { $0.frames <= 1 } ?? false) }
  /// The picture stream of anything but a still.
  var movingVideo: Video? { isStill ? nil : video }
}

extension ProbeRecord.Video {
  /// Seconds from the file's earliest stream to the end of the last frame.
  var end: Rational { start + duration }
}

extension ProbeRecord.Audio {
  /// Seconds from the file's earliest stream to the end of the last sample.
  var end: Rational { start + duration }
}
