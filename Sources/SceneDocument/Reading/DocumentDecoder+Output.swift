extension DocumentDecoder {
  /// - Parameter preset: takes the place of the document's own.
  mutating func output(_ node: JSONNode?, preset override: Output.Preset?) -> Output {
    var output = Output()
    output.preset = override ?? .web
    guard let node else {
      output.fillCodecs(container: nil)
      return output
    }
    guard let fields = fields(node, .output) else { return output }
    output.size = pictureSize(fields["size"], for: nil) ?? output.size
    output.frameRate = frameRate(fields["fps"]) ?? output.frameRate
    frameRate = output.frameRate
    let written: Output.Preset? = word(fields["preset"], foreign: ["preview": "draft"])
    output.preset = override ?? written ?? .web
    let container: Output.Container? = word(
      fields["container"], foreign: ["quicktime": "mov", "matroska": "mkv"], later: ["hls"])
    output.fillCodecs(container: container)
    if let node = fields["video"] { video(node, &output, container: fields["container"]) }
    if let node = fields["audio"] { audio(node, &output, container: fields["container"]) }
    if let node = fields["size"] { checkSize(output.size, node, output) }
    output.subtitles = subtitles(fields["subtitles"]) ?? output.subtitles
    output.poster = fields["poster"].flatMap { poster($0) }
    output.thumbnails = fields["thumbnails"].flatMap { thumbnails($0) }
    output.chapters = flag(fields["chapters"]) ?? output.chapters
    output.determinism = word(fields["determinism"]) ?? output.determinism
    output.background = color(fields["background"]) ?? output.background
    return output
  }

  private mutating func checkSize(_ size: PixelSize, _ node: JSONNode, _ output: Output) {
    guard output.video.codec == .hevc, min(size.width, size.height) < 32 else { return }
    outOfRange(node, "must be at least 32 pixels on either side for hevc")
  }

  /// `[width, height]` of the film.
  ///
  /// - Parameter output: what encodes it, where that is known.
  mutating func pictureSize(_ node: JSONNode?, for output: Output?) -> PixelSize? {
    guard let node else { return nil }
    guard case .array(let items) = node.value, items.count == 2 else {
      wrongType(node, "a list of width and height in pixels")
      return nil
    }
    let (width, height) = (integer(items[0], 16...8192), integer(items[1], 16...8192))
    guard let width, let height else { return nil }
    for (item, side) in zip(items, [width, height]) where side % 2 != 0 {
      outOfRange(item, "must be even, not \(side)")
    }
    if width * height > 35_389_440 {
      outOfRange(node, "must have at most 35389440 pixels, not \(width * height)")
    }
    let size = PixelSize(width, height)
    if let output { checkSize(size, node, output) }
    return size
  }

  private mutating func video(_ node: JSONNode, _ output: inout Output, container: JSONNode?) {
    guard let fields = fields(node, .outputVideo) else { return }
    if let codec = videoCodec(fields["codec"], output) {
      if codec != output.video.codec { output.fillVideo(codec: codec) }
      let fitting = output.container.videoCodecs
      if !fitting.contains(codec), let place = fields["codec"] {
        notAWord(
          place, codec.rawValue, allowed: fitting.map(\.rawValue),
          within: " in \(output.container.rawValue)")
      }
    }
    if let node = fields["quality"] { quality(node, &output.video) }
    if let node = fields["max_kbps"] {
      output.video.maximumKilobits = integer(node, 1...1_000_000)
      if output.video.codec.isIntra { withoutRate(fields.member("max_kbps"), output.video.codec) }
    }
    output.video.gop = time(fields["gop"], isPositive: true) ?? output.video.gop
    if let pixel: Output.Video.PixelFormat = word(fields["pixel"]) {
      output.video.pixel = pixel
      let fitting = output.video.codec.pixelFormats
      if !fitting.contains(pixel), let place = fields["pixel"] {
        notAWord(
          place, pixel.rawValue, allowed: fitting.map(\.rawValue),
          within: " with \(output.video.codec.rawValue)")
      }
    }
    output.video.effort = word(fields["effort"]) ?? output.video.effort
  }

  private mutating func videoCodec(_ node: JSONNode?, _ output: Output) -> Output.Video.Codec? {
    let hardware = ["nvenc", "vaapi", "qsv", "videotoolbox", "amf", "v4l2m2m"]
    if let node, let text = node.string, hardware.contains(where: { text.hasSuffix("_" + $0) }) {
      findings.settle(
        Finding(
          .notReproducible, value: node,
          .aboutValue(
            "may not be the hardware encoder '\(text)': its output differs between machines; "
              + "use h264 or hevc")))
      return nil
    }
    return word(
      node,
      foreign: [
        "libx264": "h264", "x264": "h264", "avc": "h264", "h.264": "h264", "libx265": "hevc",
        "x265": "hevc", "h265": "hevc", "h.265": "hevc", "libvpx-vp9": "vp9", "prores_ks": "prores",
      ], later: ["av1"])
  }

  private mutating func quality(_ node: JSONNode, _ video: inout Output.Video) {
    switch video.codec {
    case .h264, .hevc: video.quality = number(node, 0...51) ?? video.quality
    case .vp9: video.quality = integer(node, 0...63).map(Double.init) ?? video.quality
    case .prores, .ffv1:
      notSupported(
        value: node, "has no meaning for \(video.codec.rawValue), whose quality is fixed; remove it"
      )
    }
  }

  private mutating func withoutRate(_ member: JSONMember?, _ codec: Output.Video.Codec) {
    guard let member else { return }
    notSupported(
      value: member.node, "has no meaning for \(codec.rawValue), whose rate is fixed; remove it")
  }

  private mutating func audio(_ node: JSONNode, _ output: inout Output, container: JSONNode?) {
    guard let fields = fields(node, .outputAudio) else { return }
    let codec: Output.Audio.Codec? = word(
      fields["codec"],
      foreign: ["libopus": "opus", "pcm_s16le": "pcm", "pcm_s24le": "pcm", "wav": "pcm"],
      later: ["mp3", "flac"])
    if let codec {
      output.audio.codec = codec
      let fitting = output.container.audioCodecs
      if !fitting.contains(codec), let place = fields["codec"] {
        notAWord(
          place, codec.rawValue, allowed: fitting.map(\.rawValue),
          within: " in \(output.container.rawValue)")
      }
    }
    output.audio.kilobits = integer(fields["kbps"], 16...512) ?? output.audio.kilobits
    output.audio.rate = sampleRate(fields["rate"], output.audio.codec) ?? output.audio.rate
    output.audio.channels = integer(fields["channels"], 1...2) ?? output.audio.channels
    if output.audio.codec == .opus, output.audio.channels == 1, output.audio.kilobits > 256,
      let node = fields["kbps"]
    {
      outOfRange(node, "must be at most 256 for opus with one channel")
    }
  }

  private mutating func sampleRate(_ node: JSONNode?, _ codec: Output.Audio.Codec) -> Int? {
    guard let node, let rate = integer(node, 1...384_000) else { return nil }
    // Whatever Opus was given, it is played at 48 kHz.
    let rates =
      codec == .opus ? [48000] : [16000, 22050, 24000, 32000, 44100, 48000, 96000]
    if rates.contains(rate) { return rate }
    let allowed = rates.map(String.init)
    findings.settle(
      Finding(
        .word, value: node,
        .aboutValue(
          "must be one of \(allowed.joined(separator: ", ")) for \(codec.rawValue), not \(rate)"),
        allowed: allowed))
    return nil
  }

  mutating func subtitles(_ node: JSONNode?) -> Output.Subtitles? {
    word(node, foreign: ["burned": "burn", "hard": "burn", "off": "none"])
  }

  mutating func poster(_ node: JSONNode) -> Output.Poster? {
    guard let fields = fields(node, .poster) else { return nil }
    return Output.Poster(
      at: time(fields["at"]) ?? .zero,
      format: word(fields["format"], foreign: ["jpg": "jpeg"]) ?? .jpeg)
  }

  private mutating func thumbnails(_ node: JSONNode) -> Output.Thumbnails? {
    guard let fields = fields(node, .thumbnails) else { return nil }
    if fields["every"] == nil { missing("every", in: fields, .thumbnails) }
    return Output.Thumbnails(
      every: time(fields["every"], isPositive: true) ?? .seconds(1),
      width: integer(fields["width"], 64...1920) ?? 320)
  }
}
