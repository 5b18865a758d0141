internal import Foundation
internal import Media
internal import SceneDocument

/// Opens a finished file from disk and compares it with the plan: success is what is found there, not what
/// a call returned.
struct FilmVerifier {
  var interrupt: Interrupt
  /// On so many threads key frames are decoded at the same time: nothing refers from one to another.
  var threads = 1

  struct Findings: Sendable {
    var frames: Int
    var samples: Int64
    var holes: SoundHoles?
  }

  /// Counts frames and presented samples, checks that every frame has its own time on the grid, that each segment
  /// begins with a key frame, and that this key frame decodes to the picture that went into the encoder.
  func verify(
    path: String, frames: Int, frameRate: Rational, samples: Int64?,
    starts: [(frame: Int, probe: FrameProbe?)]
  ) throws -> Findings {
    let demuxer = try Demuxer(path: path, interrupt: interrupt)
    guard let video = demuxer.firstStream(.video) else {
      throw RenderError.verifyFrames(expected: frames, found: 0, place: "the film")
    }
    let audio = demuxer.firstStream(.audio)
    let keys = Dictionary(
      starts.map { ($0.frame, $0.probe) }, uniquingKeysWith: { first, _ in first })
    var pictures = try KeyPictures(
      Decoder(stream: video, of: demuxer, threads: threads), expected: keys)
    let packet = try Packet()
    var seen = Set<Int>()
    var keysFound = 0
    var tally = audio.map { SoundTally($0, in: demuxer.format) }
    var holes = audio.map(SoundHoles.init)
    while try demuxer.read(into: packet) {
      try interrupt.check()
      if packet.streamIndex == audio?.index {
        tally?.add(packet)
        holes?.add(packet)
      }
      guard packet.streamIndex == video.index, let pts = packet.pts else { continue }
      let seconds =
        Rational(pts)
        * Rational(Int64(video.timeBase.numerator), Int64(video.timeBase.denominator))
      let frame = Int((seconds * frameRate).doubleValue.rounded())
      seen.insert(frame)
      if packet.isKey, let expected = keys[frame] {
        keysFound += 1
        if expected != nil { try pictures.decode(packet, frame: frame, pts: pts) }
      }
    }
    try pictures.finish()
    guard seen.count == frames, seen.min() == 0, seen.max() == frames - 1 else {
      throw RenderError.verifyFrames(expected: frames, found: seen.count, place: "the film")
    }
    guard keysFound == keys.count else {
      throw RenderError.segmentMismatch(
        "\(keys.count - keysFound) of \(keys.count) segments do not begin with a key frame in the film"
      )
    }
    var found: Int64 = 0
    if let audio {
      // Where the container is exact its packets say how many samples are heard, and that the first is at zero.
      if let count = tally?.count, count.start == 0 {
        found = count.samples
      } else {
        // Of very short Matroska films libav takes the sound's priming for the start of the picture.
        let origin =
          Rational(demuxer.origin(in: audio.timeBase))
          * Rational(Int64(audio.timeBase.numerator), Int64(audio.timeBase.denominator))
        found =
          try countSamples(path, like: audio)
          + (origin * Rational(Int64(audio.sampleRate))).rounded
      }
    }
    if let samples, found != samples {
      throw RenderError.verifySamples(expected: samples, found: found)
    }
    return Findings(frames: seen.count, samples: found, holes: holes)
  }

  /// Presented samples per channel, silence before the first included, by decoding.
  private func countSamples(_ path: String, like stream: StreamInfo) throws -> Int64 {
    let reader = try SoundReader(
      path: path, rate: stream.sampleRate, channels: max(stream.channels, 1), interrupt: interrupt)
    try reader.skip(.max)
    return reader.position
  }
}

/// The key frames of a film, decoded one by one and held against the pictures that went into the encoder.
private struct KeyPictures {
  private let decoder: Decoder
  private let expected: [Int: FrameProbe?]
  private let scaler = Scaler()
  /// Frames that the decoder has not given back, by their times.
  private var open: [Int64: Int] = [:]

  init(_ decoder: Decoder, expected: [Int: FrameProbe?]) {
    (self.decoder, self.expected) = (decoder, expected)
  }

  mutating func decode(_ packet: Packet, frame: Int, pts: Int64) throws {
    open[pts] = frame
    try decoder.send(packet)
    try compare()
  }

  mutating func finish() throws {
    try decoder.send(nil)
    try compare()
    guard let lost = open.values.min() else { return }
    throw RenderError.segmentMismatch("frame \(lost) of the film cannot be decoded")
  }

  private mutating func compare() throws {
    while let picture = try decoder.receive() {
      guard let pts = picture.pts, let frame = open.removeValue(forKey: pts),
        let expected = expected[frame] ?? nil
      else { continue }
      let plain = picture.format == .yuv420p ? picture : try scaler.convert(picture, to: .yuv420p)
      let distance = FrameProbe(try Canvas(sharing: plain)).distance(to: expected)
      // Encoding moves block means by a step or two; another picture differs by tens.
      guard distance < 6 else {
        throw RenderError.segmentMismatch(
          "frame \(frame) of the film differs from the picture that was composed (\(distance) luma steps)"
        )
      }
    }
  }
}

/// Where in a finished film's sound packets do not follow one another.
struct SoundHoles: Sendable {
  private let base: TimeBase
  private let rate: Int
  private var end: Int64?
  private var list: [(sample: Int64, count: Int64)] = []

  init(_ stream: StreamInfo) { (base, rate) = (stream.timeBase, stream.sampleRate) }

  mutating func add(_ packet: Packet) {
    guard let start = packet.pts, packet.duration > 0 else { return }
    // A tick of rounding, where a container's ticks are longer than samples, is none.
    if let end, abs(start - end) > (base.seconds * Double(rate) > 1 ? 1 : 0) {
      list.append((samples(end), samples(start - end)))
    }
    end = start + packet.duration
  }

  /// Samples missing, or heard twice, within a packet of the programme's sample `place`.
  func samples(at place: Int64) -> Int64 {
    list.reduce(0) { $0 + (abs($1.sample - place) <= 2048 ? abs($1.count) : 0) }
  }

  private func samples(_ ticks: Int64) -> Int64 {
    Int64((Double(ticks) * base.seconds * Double(rate)).rounded())
  }
}
