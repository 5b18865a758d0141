internal import SceneDocument

extension Timeline {
  /// The part of the programme inside `range` frames, as a programme of its own.
  ///
  /// Pictures are those of the whole film. Sound is cut at the same moments; what sounded before goes on.
  public func part(_ range: Range<Int>) -> Timeline {
    let range = range.clamped(to: 0..<frames)
    var part = self
    part.frames = range.count
    part.scenes = scenes.compactMap { scene in
      let own = scene.startFrame..<scene.startFrame + scene.frames
      let shown = own.clamped(to: range)
      guard !shown.isEmpty else { return nil }
      if shown == own {
        var moved = scene
        moved.startFrame -= range.lowerBound
        return moved
      }
      return scene.part(
        shown.lowerBound - own.lowerBound..<shown.upperBound - own.lowerBound,
        startingAt: shown.lowerBound - range.lowerBound)
    }
    let from = frameRate.sample(ofFrame: range.lowerBound, rate: sound.rate)
    let to = frameRate.sample(ofFrame: range.upperBound, rate: sound.rate)
    part.sound.samples = to - from
    part.sound.clips = sound.clips.compactMap { clip in
      var clip = clip
      clip.start -= from
      return clip.start < to - from && clip.start + clip.count > 0 ? clip : nil
    }
    return part
  }

  /// The frames of the scene with this id.
  public func frames(ofScene id: String) -> Range<Int>? {
    scenes.first { $0.id == id }.map { $0.startFrame..<$0.startFrame + $0.frames }
  }
}

extension TimelineScene {
  fileprivate func part(_ range: Range<Int>, startingAt start: Int) -> TimelineScene {
    var part = self
    part.startFrame = start
    part.frames = range.count
    part.picture.frames = range.count
    part.picture.layers = picture.layers.compactMap { $0.shown(in: range) }
    part.captions = captions.compactMap { cue in
      let shown = cue.frames.clamped(to: range)
      guard !shown.isEmpty else { return nil }
      let from = shown.lowerBound - range.lowerBound
      return CaptionCue(frames: from..<from + shown.count, text: cue.text)
    }
    if var transition {
      transition.passed += range.lowerBound
      part.transition = transition.left > 0 ? transition : nil
    }
    return part
  }
}

extension Rational {
  /// The first sample of frame `index` at this frame rate.
  func sample(ofFrame index: Int, rate: Int) -> Int64 {
    FrameRate(Int(numerator), Int(denominator)).sample(ofFrame: FrameIndex(index), rate: rate)
      .rawSample
  }
}

extension SampleIndex {
  fileprivate var rawSample: Int64 { Int64(value) }
}
