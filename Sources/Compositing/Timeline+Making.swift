public import SceneDocument

extension Timeline {
  /// A timeline, if there is no error, and all that is to be told of it, in the order of the text.
  public struct Making: Sendable {
    public let timeline: Timeline?
    public let diagnostics: [Diagnostic]
  }

  /// Settles every duration and place of a document. A pure function.
  ///
  /// - Parameters:
  ///   - source: where the document was read from, for the places of diagnostics.
  ///   - probes: what is in the files, by asset id; an asset that is not there has no file.
  ///   - unreadable: assets whose own error is told already; nothing more is said of them.
  ///   - text: fonts and the contents of caption files.
  public static func make(
    _ document: SceneDocument, source: DocumentSource, probes: [String: ProbeRecord],
    unreadable: Set<String> = [], text: TextResources = TextResources(), strict: Bool = false
  ) -> Making {
    var maker = TimelineMaker(
      document: document, source: source, probes: probes, unreadable: unreadable, text: text)
    let timeline = maker.make()
    let diagnostics = source.report(maker.diagnostics, strict: strict)
    // What is cut off the list counts too: an error after a hundred warnings is still an error.
    let isSound =
      !maker.diagnostics.contains { $0.severity == .error }
      && !diagnostics.contains { $0.severity == .error }
    return Making(
      timeline: isSound && unreadable.isEmpty ? timeline : nil, diagnostics: diagnostics)
  }
}

/// Works a document through: durations first, then the place of each scene, its pictures, the sound.
struct TimelineMaker {
  let document: SceneDocument
  let source: DocumentSource
  let probes: [String: ProbeRecord]
  let unreadable: Set<String>
  let rate: FrameRate
  let frameSize: PixelSize

  var diagnostics: [Diagnostic] = []
  var assets: [String: TimelineAsset] = [:]
  var clips: [SoundClip] = []
  let resources: TextResources
  let layout: TextLayout
  /// What scenes' captions say and when, by index of the scene.
  var spoken: [Int: SpokenText] = [:]
  var captionLanguage: String?
  /// Of the scene that is being finished.
  var avatarVoice: VoicePair.Voice?
  var narrationVoice: VoicePair.Voice?
  /// Assets of which a guess or a normalisation has been told.
  private var remarked: Set<String> = []

  init(
    document: SceneDocument, source: DocumentSource, probes: [String: ProbeRecord],
    unreadable: Set<String>, text: TextResources = TextResources()
  ) {
    resources = text
    layout = TextLayout(text.book)
    (self.document, self.source) = (document, source)
    (self.probes, self.unreadable) = (probes, unreadable)
    (rate, frameSize) = (document.output.frameRate, document.output.frameSize)
  }

  mutating func make() -> Timeline {
    var scenes: [PlacedScene] = []
    var start = FrameIndex.zero
    /// Also of scenes that are not enabled, for music that names them.
    var places: [String: Range<FrameIndex>] = [:]
    for (index, scene) in document.scenes.enumerated() {
      guard scene.enabled else {
        places[scene.id] = start..<start
        continue
      }
      let placed = place(scene, index: index, at: start)
      places[scene.id] = placed.frames
      start = placed.frames.upperBound
      scenes.append(placed)
    }
    if scenes.isEmpty {
      tell(.range, at: "/scenes", "no scene is enabled: a film needs at least one")
    }
    checkPoster(total: start)
    let overlays = overlayLayers(total: start)
    var finished: [TimelineScene] = []
    for (number, scene) in scenes.enumerated() {
      let transition = transition(
        into: scene, after: finished.last.map { (scenes[number - 1], $0.picture) })
      finished.append(finish(scene, overlays: overlays))
      finished[number].transition = transition
    }
    music(places: places, total: start)
    let loudness = document.audio.loudness.map {
      SoundProgramme.Loudness(targetLUFS: $0.targetLUFS, truePeakDB: $0.truePeakDecibels)
    }
    let sound = SoundProgramme(
      rate: document.output.audio.rate, channels: document.output.audio.channels,
      samples: sample(start), clips: clips, loudness: loudness)
    var timeline = Timeline(
      width: frameSize.width, height: frameSize.height, frameRate: rate.rational,
      frames: start.value, scenes: finished, sound: sound, assets: assets)
    timeline.fonts = layout.book.paths(of: finished.flatMap(\.picture.texts))
    timeline.captionLanguage = captionLanguage
    return timeline
  }

  private mutating func checkPoster(total: FrameIndex) {
    guard let poster = document.output.poster, poster.at.seconds(at: rate) >= rate.time(of: total),
      total > .zero
    else { return }
    tell(
      .range, at: "/output/poster/at",
      "'at' of the poster is after the end of the film, which is \(text(rate.time(of: total))) long"
    )
  }

  // MARK: Telling

  mutating func tell(
    _ code: DiagnosticCode, at pointer: String, isAboutKey: Bool = false, _ message: String
  ) {
    diagnostics.append(source.diagnostic(code, at: pointer, isAboutKey: isAboutKey, message))
  }

  /// Tells of an asset once per code.
  mutating func remark(_ code: DiagnosticCode, asset id: String, _ message: String) {
    guard remarked.insert(code.rawValue + id).inserted else { return }
    tell(code, at: "/assets/\(id)", isAboutKey: true, message)
  }

  /// Seconds as a message gives them.
  func text(_ time: Rational) -> String {
    let milliseconds = (time * Rational(1000)).rounded
    let (seconds, rest) = milliseconds.quotientAndRemainder(dividingBy: 1000)
    if rest == 0 { return "\(seconds) s" }
    var digits = String(rest.magnitude + 1000).dropFirst()
    while digits.hasSuffix("0") { digits = digits.dropLast() }
    return "\(rest < 0 && seconds == 0 ? "-" : "")\(seconds).\(digits) s"
  }

  // MARK: Samples

  func sample(_ frame: FrameIndex) -> Int64 {
    Int64(rate.sample(ofFrame: frame, rate: document.output.audio.rate).value)
  }

  /// The nearest whole number of samples.
  func samples(_ time: Rational) -> Int64 {
    (time * Rational(Int64(document.output.audio.rate))).rounded
  }
}

/// A scene whose length and place in the film are known.
struct PlacedScene {
  let scene: Scene
  let index: Int
  let frames: Range<FrameIndex>
  let rule: TimelineScene.DurationRule
  var events: [PolicyEvent]

  var pointer: String { "/scenes/\(index)" }
  var count: Int { frames.count }
}
