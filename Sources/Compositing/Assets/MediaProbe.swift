internal import Media
internal import SceneDocument

/// Counts what a media file holds, first from its packets, then by decoding as little as it takes.
struct MediaProbe {
  private let path: String
  private let limits: MediaLimits
  private let interrupt: Interrupt
  private let demuxer: Demuxer
  private let clock: StreamClock
  private var picture: PictureTally?
  private var sound: SoundTally?
  /// A still whose file ends before the picture does.
  private var isCutOff = false

  init(_ path: String, limits: MediaLimits, interrupt: Interrupt) throws(MediaError) {
    (self.path, self.limits, self.interrupt) = (path, limits, interrupt)
    demuxer = try Demuxer(path: path, interrupt: interrupt, limits: limits)
    clock = StreamClock(of: demuxer)
    picture = demuxer.firstStream(.video).map(PictureTally.init)
    sound = demuxer.firstStream(.audio).map { [demuxer] in SoundTally($0, in: demuxer.format) }
    if picture == nil, sound == nil {
      throw MediaError(
        operation: .findStream, code: MediaError.missingStream, subject: path,
        detail: "it holds neither picture nor sound")
    }
  }

  /// Reads every packet of the first picture and sound stream.
  mutating func read() throws(MediaError) {
    let indexes = [picture?.stream.index, sound?.stream.index].compactMap { $0 }
    demuxer.select(indexes)
    let packet = try Packet()
    while try demuxer.read(into: packet) {
      if interrupt.isCancelled { try interrupt.check() }
      // What is left of a frame that the file breaks off in; of PCM the rest is as good as a whole.
      if packet.isCorrupt, demuxer.format != .wav { continue }
      if packet.streamIndex == picture?.stream.index {
        picture?.add(packet)
        if demuxer.format.isStill { isCutOff = !packet.isCompleteStill(demuxer.format) }
      } else if packet.streamIndex == sound?.stream.index {
        sound?.add(packet)
      }
    }
  }

  /// Completes the record and counts what is missing.
  func fill(_ asset: inout ProbedAsset) throws(MediaError) {
    asset.record.format = demuxer.format.shortName
    asset.record.audio = try audioRecord()
    if let (video, damaged) = try videoRecord() {
      asset.record.video = video
      asset.damage.missingFrames = damaged
      asset.isInterlaced = picture?.stream.isInterlaced ?? false
    }
    if asset.record.video == nil, asset.record.audio == nil {
      throw damage("none of it can be decoded")
    }
    let isStill = asset.record.video.map { $0.frames == 1 && $0.duration == .zero } ?? false
    asset.record.kind = asset.record.video == nil ? .audio : isStill ? .image : .video
    try countMissing(&asset)
  }

  private func damage(_ detail: String) -> MediaError {
    MediaError(
      operation: .decode, code: MediaError.invalidData, subject: path, detail: detail)
  }

  /// Throws for a stream that lies outside of what a film can be long.
  private func checkTimes(_ start: Rational, _ length: Rational) throws(MediaError) {
    let end = abs(start.doubleValue) + length.doubleValue
    if end > limits.duration {
      throw MediaError(
        operation: .limit, code: MediaError.invalidData, subject: path,
        detail:
          "it lasts \(Int(min(end, 1e15))) s, at most \(Int(limits.duration)) s are accepted")
    }
  }

  // MARK: Picture

  /// The record and how many frames of a still are concealed; nil without frames.
  private func videoRecord() throws(MediaError) -> (ProbeRecord.Video, damaged: Int)? {
    guard let picture, let found = picture.summary(isMatroska: demuxer.format == .matroska) else {
      return nil
    }
    let stream = picture.stream
    let reader = try FrameReader(path: path, kind: .video, interrupt: interrupt, limits: limits)
    guard let frame = try reader.next()?.frame else {
      if sound != nil, demuxer.format.isStill { return nil }
      throw damage("none of its \(found.frames) frames can be decoded")
    }
    let isStill = demuxer.format.isStill || demuxer.format == .gif && found.frames == 1
    let length = found.length
    let start = clock.time(found.first, stream.timeBase)
    try checkTimes(start, length)
    let rotation = stream.rotation == 0 && isStill ? frame.rotation : stream.rotation
    let video = ProbeRecord.Video(
      codec: stream.codec, width: frame.width, height: frame.height,
      sampleAspect: Rational(
        Int64(stream.sampleAspect.numerator), Int64(stream.sampleAspect.denominator)),
      rotation: rotation,
      frameRate: isStill ? .zero : found.rate, frames: isStill ? 1 : found.frames,
      start: isStill ? .zero : start,
      duration: isStill ? .zero : length, isVariableRate: !isStill && found.isVariableRate,
      pixelFormat: frame.format.name, hasAlpha: frame.format.hasAlpha, isRGB: frame.format.isRGB,
      matrix: stream.color.matrix, range: stream.color.range, primaries: stream.color.primaries,
      transfer: stream.color.transfer)
    return (video, isStill && (isCutOff || reader.decodeErrors > 0) ? 1 : 0)
  }

  // MARK: Sound

  private func audioRecord() throws(MediaError) -> ProbeRecord.Audio? {
    guard let sound, sound.packets > 0 else { return nil }
    let stream = sound.stream
    if let (first, samples) = sound.count {
      let start = clock.time(first, stream.timeBase)
      try checkTimes(start, Rational(samples, Int64(stream.sampleRate)))
      return ProbeRecord.Audio(
        codec: stream.codec, rate: stream.sampleRate, channels: stream.channels, samples: samples,
        start: start)
    }
    let reader = try FrameReader(path: path, kind: .audio, interrupt: interrupt, limits: limits)
    let count = try SoundCount(reader)
    guard let first = count.start, count.samples > 0 else {
      if picture != nil { return nil }
      throw damage("none of its sound can be decoded")
    }
    let start = StreamClock.length(first, stream.timeBase)
    try checkTimes(start, Rational(count.samples, Int64(count.rate)))
    return ProbeRecord.Audio(
      codec: stream.codec, rate: count.rate, channels: count.channels, samples: count.samples,
      start: start)
  }

  // MARK: Missing

  /// Compares what was found with what the container's header promises.
  private func countMissing(_ asset: inout ProbedAsset) throws(MediaError) {
    if let indexed = picture?.stream.indexedPackets, let found = picture?.packets, !isStill(asset) {
      asset.damage.missingFrames += max(0, indexed - found)
    }
    if let indexed = sound?.stream.indexedPackets, let found = sound?.packets, found > 0 {
      let each = (asset.record.audio?.samples ?? 0) / Int64(found)
      asset.damage.missingSamples += Int64(max(0, indexed - found)) * each
    }
    if demuxer.format == .wav {
      let missing = Int64(clamping: max(0, demuxer.statedBytes - asset.record.bytes))
      asset.damage.missingSamples +=
        (asset.record.audio?.samples ?? 0) * missing / max(1, asset.record.bytes)
    }
    // Matroska, FLAC and MP3 say how long they are and no more.
    guard demuxer.format != .mov, demuxer.format != .ogg, let stated = demuxer.statedDuration else {
      return
    }
    let pictureEnd = asset.record.video.map { ($0.start + $0.duration).doubleValue } ?? 0
    let soundEnd = asset.record.audio.map { ($0.start + $0.duration).doubleValue } ?? 0
    let missing = stated - max(pictureEnd, soundEnd)
    if let video = asset.record.video, video.frameRate > .zero {
      let frames = Int((missing * video.frameRate.doubleValue).rounded())
      if missing > 0.1, frames >= 2 { asset.damage.missingFrames += frames }
    } else if let audio = asset.record.audio, missing > 0.1 {
      asset.damage.missingSamples += Int64(missing * Double(audio.rate))
    }
  }

  private func isStill(_ asset: ProbedAsset) -> Bool { asset.record.kind == .image }
}
