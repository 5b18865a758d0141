import SceneDocument

extension TimelineMaker {
  // MARK: Speech and sounds of a scene

  mutating func sceneSounds(_ placed: PlacedScene, _ events: inout [PolicyEvent]) {
    let scene = placed.scene
    if let narration = scene.narration, let record = probes[narration.asset],
      let audio = record.audio
    {
      let window = window(narration.trim, length: audio.end, at: placed.pointer + "/narration")
      let time = scene.head.seconds(at: rate) + narration.offset.seconds(at: rate)
      var clip = clip(record, .speech, window, gain: narration.gain)
      put(&clip, at: time, length: window.length, in: placed)
      narrationVoice = voice(record, window, at: time)
    }
    for (index, sound) in scene.sounds.enumerated() {
      let pointer = "\(placed.pointer)/sounds/\(index)"
      let found = find(
        sound.asset, for: "\(scene.id)/sounds/\(index)", at: pointer + "/asset", scene: placed,
        events: &events)
      guard case .record(let record) = found else { continue }
      guard let audio = record.audio else {
        noStream("sound", of: sound.asset, at: pointer)
        continue
      }
      let window = window(sound.trim, length: audio.end, at: pointer)
      let from = sound.from.seconds(at: rate)
      let role: SoundClip.Role =
        switch sound.role {
        case .speech: .speech
        case .effect: .effect
        case .ambient: .ambient
        }
      var clip = clip(record, role, window, gain: sound.gain)
      clip.loop = sound.loop
      clip.fadeIn = samples(sound.fadeIn.seconds(at: rate))
      clip.fadeOut = samples(sound.fadeOut.seconds(at: rate))
      let room = sound.to.map { $0.seconds(at: rate) - from }
      let length = sound.loop ? room : min(room ?? window.length, window.length)
      put(&clip, at: from, length: length, in: placed)
    }
  }

  /// The sound of a layer, in step with its picture.
  mutating func layerSound(
    _ layer: Layer, _ record: ProbeRecord, _ run: Run, _ setting: Setting
  ) {
    if layer.slot == .avatar, let scene = setting.scene?.scene, let audio = record.audio,
      run.rate == Rational(1)
    {
      var window = run.window
      window.end = layer.trim == nil ? audio.end : window.end
      avatarVoice = voice(
        record, window, at: max(layer.from.seconds(at: rate), scene.head.seconds(at: rate)))
    }
    if layer.slot == .avatar, !isHeard(layer, record, setting) { return }
    guard !layer.mute, let audio = record.audio else { return }
    var window = run.window
    if layer.trim == nil, !repeats(run) { window.end = audio.end }
    let role: SoundClip.Role =
      switch layer.slot {
      case .avatar: .speech
      case .background: .background
      case .titleCard, .lowerThird, .layer, .overlay: .effect
      }
    var clip = clip(record, role, window, gain: layer.gain)
    clip.rate = run.rate
    (clip.loop, clip.pingpong) = (repeats(run), repeats(run) && run.end == .pingpong)
    let end = rate.time(of: FrameIndex(run.to))
    if let scene = setting.scene {
      // The speech of an avatar begins at the head's own time, which frames only come near to.
      let from = layer.from.seconds(at: rate)
      let start = layer.slot == .avatar ? max(from, scene.scene.head.seconds(at: rate)) : from
      let room = max(end - start, .zero)
      put(
        &clip, at: start, length: clip.loop ? room : min(room, window.length / run.rate), in: scene)
    } else {
      let start = layer.from.seconds(at: rate)
      let length = clip.loop ? end - start : min(end - start, window.length / run.rate)
      put(
        &clip, at: samples(start), count: samples(length),
        within: 0..<sample(FrameIndex(setting.count)))
    }
  }

  private func voice(
    _ record: ProbeRecord, _ window: Window, at start: Rational
  ) -> VoicePair.Voice {
    VoicePair.Voice(
      sha256: record.sha256, sourceStart: window.start.microseconds,
      sourceEnd: window.end.microseconds, start: start.microseconds)
  }

  private func repeats(_ run: Run) -> Bool { run.isShort && run.end != .freeze }

  /// The speech rule: an avatar's own sound is heard only where no narration speaks.
  private mutating func isHeard(
    _ avatar: Layer, _ record: ProbeRecord, _ setting: Setting
  ) -> Bool {
    if avatar.audio == .on, record.audio == nil, let id = avatar.asset {
      noStream("sound", of: id, at: setting.pointer)
    }
    guard speaks(avatar, record) else { return false }
    guard avatar.audio == .auto, setting.scene?.scene.narration != nil else { return true }
    tell(
      .avatarAudioIgnored, at: setting.pointer,
      "scene '\(setting.scene?.scene.id ?? "")': the avatar's own sound is not heard, because a narration "
        + "speaks; set 'audio' of the avatar to \"off\", or to \"on\" to hear both")
    return false
  }

  // MARK: Music

  mutating func music(places: [String: Range<FrameIndex>], total: FrameIndex) {
    for (index, music) in document.audio.music.enumerated() {
      let pointer = "/audio/music/\(index)"
      var events: [PolicyEvent] = []
      let found = find(
        music.asset, for: "music/\(index)", at: pointer + "/asset", scene: nil, events: &events)
      guard case .record(let record) = found else { continue }
      guard let audio = record.audio else {
        noStream("sound", of: music.asset, at: pointer)
        continue
      }
      let from = frameOrTime(music.from, places) { $0.lowerBound }
      let end = music.to.map { frameOrTime($0, places) { $0.upperBound } } ?? sample(total)
      var clip = clip(
        record, .music, Window(start: .zero, end: audio.end), gain: music.gain)
      clip.loop = music.loop
      clip.fadeIn = samples(music.fadeIn.seconds(at: rate))
      clip.fadeOut = samples(music.fadeOut.seconds(at: rate))
      clip.duck = music.duck.map {
        SoundClip.Duck(
          byDB: $0.gain.decibels, attackMS: $0.attackMilliseconds,
          releaseMS: $0.releaseMilliseconds)
      }
      let room = end - from
      put(
        &clip, at: from, count: music.loop ? room : min(room, samples(audio.end)),
        within: 0..<sample(total))
    }
  }

  /// A programme sample.
  private func frameOrTime(
    _ edge: Music.Edge, _ places: [String: Range<FrameIndex>],
    _ end: (Range<FrameIndex>) -> FrameIndex
  ) -> Int64 {
    switch edge {
    case .time(let time): samples(time.seconds(at: rate))
    case .scene(let id): sample(places[id].map(end) ?? .zero)
    }
  }

  // MARK: Clips

  private func clip(
    _ record: ProbeRecord, _ role: SoundClip.Role, _ window: Window, gain: Gain
  ) -> SoundClip {
    SoundClip(
      sha256: record.sha256, role: role, start: 0, count: 0,
      sourceStart: window.start.microseconds, sourceEnd: window.end.microseconds,
      gainDB: gain.decibels)
  }

  /// Places a clip at a time of a scene, for `length` or to the scene's end, and softens its edges
  /// where a join cuts it.
  private mutating func put(
    _ clip: inout SoundClip, at time: Rational, length: Rational?, in placed: PlacedScene
  ) {
    let scene = sample(placed.frames.lowerBound)..<sample(placed.frames.upperBound)
    let start = scene.lowerBound + samples(time)
    let joinFade = samples(Rational(rounding: document.audio.joinFadeMilliseconds / 1000))
    if start <= scene.lowerBound, scene.lowerBound > 0 { clip.fadeIn = max(clip.fadeIn, joinFade) }
    let count = length.map(samples) ?? .max / 2
    if start + count >= scene.upperBound { clip.fadeOut = max(clip.fadeOut, joinFade) }
    put(&clip, at: start, count: count, within: scene)
  }

  private mutating func put(
    _ clip: inout SoundClip, at start: Int64, count: Int64, within room: Range<Int64>
  ) {
    clip.start = start
    clip.count = min(count, room.upperBound - start)
    guard clip.count > 0, clip.gainDB > -96, clip.sourceEnd > clip.sourceStart else { return }
    clip.fadeIn = min(clip.fadeIn, clip.count)
    clip.fadeOut = min(clip.fadeOut, clip.count)
    clips.append(clip)
  }
}
