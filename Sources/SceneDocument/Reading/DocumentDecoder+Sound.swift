extension DocumentDecoder {
  mutating func narration(_ node: JSONNode) -> Narration? {
    guard let fields = fields(node, .narration) else { return nil }
    if fields["asset"] == nil { missing("asset", in: fields, .narration) }
    var narration = Narration(asset: assetID(fields["asset"]) ?? "")
    narration.gain = gain(fields["gain_db"]) ?? .unity
    narration.offset = time(fields["offset"]) ?? .zero
    narration.trim = trim(fields["trim"])
    return narration
  }

  mutating func sound(_ node: JSONNode) -> Sound? {
    let outer = isPartial
    isPartial = false
    defer { isPartial = outer }
    guard let fields = fields(node, .sound) else { return nil }
    if fields["asset"] == nil { missing("asset", in: fields, .sound) }
    var sound = Sound(asset: assetID(fields["asset"]) ?? "")
    sound.from = time(fields["from"]) ?? .zero
    sound.to = time(fields["to"])
    checkOrder(fields["to"], sound.from, sound.to)
    sound.trim = trim(fields["trim"])
    sound.gain = gain(fields["gain_db"]) ?? .unity
    sound.loop = flag(fields["loop"]) ?? false
    sound.fadeIn = time(fields["fade_in"]) ?? .zero
    sound.fadeOut = time(fields["fade_out"]) ?? .zero
    sound.role = word(fields["role"], foreign: ["sfx": "effect", "voice": "speech"]) ?? .effect
    return sound
  }

  mutating func programmeAudio(_ node: JSONNode?, scenes: [Scene]) -> ProgrammeAudio {
    var audio = ProgrammeAudio()
    guard let node, let fields = fields(node, .audio) else { return audio }
    let positions = Dictionary(
      scenes.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    audio.music = items(fields["music"]).compactMap { music($0, scenes: positions) }
    audio.joinFadeMilliseconds =
      number(fields["join_fade_ms"], 0...100) ?? audio.joinFadeMilliseconds
    if let node = fields["loudness"] { audio.loudness = node.isNull ? nil : loudness(node) }
    return audio
  }

  private mutating func music(_ node: JSONNode, scenes: [String: Int]) -> Music? {
    guard let fields = fields(node, .music) else { return nil }
    if fields["asset"] == nil { missing("asset", in: fields, .music) }
    var music = Music(asset: assetID(fields["asset"]) ?? "")
    music.from = edge(fields["from"], scenes) ?? .time(.zero)
    music.to = edge(fields["to"], scenes)
    if let node = fields["to"] { checkOrder(node, music, scenes) }
    music.gain = gain(fields["gain_db"]) ?? music.gain
    music.loop = flag(fields["loop"]) ?? true
    music.fadeIn = time(fields["fade_in"]) ?? music.fadeIn
    music.fadeOut = time(fields["fade_out"]) ?? music.fadeOut
    if let node = fields["duck"] { music.duck = duck(node) }
    return music
  }

  /// A time, or the id of a scene; text that reads as a time is one.
  private mutating func edge(_ node: JSONNode?, _ scenes: [String: Int]) -> Music.Edge? {
    guard let node else { return nil }
    guard let text = node.string, Self.frameDigits(text) == nil else {
      if case .number = node.value { return time(node).map(Music.Edge.time) }
      if node.string != nil { return time(node).map(Music.Edge.time) }
      wrongType(node, "\(Self.timeRule), or the id of a scene")
      return nil
    }
    if scenes[text] != nil { return .scene(text) }
    unknownReference(node, text, to: "scene", among: scenes.keys.sorted())
    return nil
  }

  private mutating func checkOrder(_ node: JSONNode, _ music: Music, _ scenes: [String: Int]) {
    switch (music.from, music.to) {
    case (.time(let from), .time(let to)): checkOrder(node, from, to)
    case (.scene(let from), .scene(let to)):
      if let first = scenes[from], let last = scenes[to], last < first {
        outOfRange(node, "must not be a scene before that of 'from'")
      }
    default: break
    }
  }

  private mutating func duck(_ node: JSONNode) -> Duck? {
    if case .bool(false) = node.value { return nil }
    guard node.isObject else {
      wrongType(node, "false or an object")
      return nil
    }
    guard let fields = fields(node, .duck) else { return nil }
    var duck = Duck()
    duck.gain = number(fields["by_db"], -96...0).map(Gain.init) ?? duck.gain
    duck.attackMilliseconds = number(fields["attack_ms"], 0...10_000) ?? duck.attackMilliseconds
    duck.releaseMilliseconds = number(fields["release_ms"], 0...10_000) ?? duck.releaseMilliseconds
    return duck
  }

  private mutating func loudness(_ node: JSONNode) -> Loudness? {
    guard let fields = fields(node, .loudness) else { return nil }
    var loudness = Loudness()
    loudness.targetLUFS = number(fields["target_lufs"], -36 ... -5) ?? loudness.targetLUFS
    loudness.truePeakDecibels = number(fields["true_peak_db"], -9...0) ?? loudness.truePeakDecibels
    return loudness
  }
}
