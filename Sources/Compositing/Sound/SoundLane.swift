internal import Foundation
internal import Media
internal import SceneDocument

/// Clips that are mixed together before anything else is done with them: all that is not lowered under
/// speech, or all that is lowered in one way.
struct SoundLane: Sendable {
  var duck: SoundClip.Duck?
  /// In the programme's order, which is the order of summing.
  var clips: [SoundClip]

  /// The lanes of a programme, the one that is not lowered first.
  static func lanes(of programme: SoundProgramme) -> [SoundLane] {
    var lanes = [SoundLane(duck: nil, clips: [])]
    for clip in programme.clips where clip.count > 0 && clip.gainDB > Decibels.silence {
      if let index = lanes.firstIndex(where: { $0.duck == clip.duck }) {
        lanes[index].clips.append(clip)
      } else {
        lanes.append(SoundLane(duck: clip.duck, clips: [clip]))
      }
    }
    return lanes
  }

  /// A lane mixed.
  struct Mixed: Sendable {
    var file: SoundWorkFile
    /// Where it speaks, in programme samples, not yet bridged.
    var speech: [Range<Int64>]
    /// Packets that decoders refused and frames they marked as damaged, by asset.
    var decodeErrors: [String: Int]
  }

  /// Mixes the lane's clips over the programme's length, holding open only those that sound.
  ///
  /// `progress` hears the samples done after each block; it may throw to end the work.
  func mix(
    _ programme: SoundProgramme, files: (String) -> String?, workFolder: String,
    interrupt: Interrupt, progress: (Int64) -> Void
  ) throws -> Mixed {
    let file = try SoundWorkFile(in: workFolder)
    let (rate, channels) = (programme.rate, programme.channels)
    let opening = clips.indices.sorted {
      (clips[$0].start, $0) < (clips[$1].start, $1)
    }
    var mixed = Mixed(file: file, speech: [], decodeErrors: [:])
    var shelf = ReaderShelf()
    var next = 0
    var playing: [Playing] = []
    var block: [Float] = []
    var piece: [Float] = []
    for start in stride(from: 0, to: programme.samples, by: SoundMixer.block) {
      try interrupt.check()
      let end = min(start + Int64(SoundMixer.block), programme.samples)
      while next < opening.count, clips[opening[next]].start < end {
        let clip = clips[opening[next]]
        guard let path = files(clip.sha256) else {
          throw SoundError.missingAsset(sha256: clip.sha256)
        }
        let reader = try shelf.reader(
          for: clip, path: path, rate: rate, channels: channels, interrupt: interrupt)
        playing.append(
          Playing(
            index: opening[next], clip: clip, reader: reader,
            source: try ClipSource(clip, reader: reader, workFolder: workFolder),
            detector: SpeechDetector(start: clip.start, rate: rate, channels: channels)))
        playing.sort { $0.index < $1.index }
        next += 1
      }
      block = [Float](repeating: 0, count: Int(end - start) * channels)
      for index in playing.indices {
        try playing[index].add(to: &block, at: start..<end, channels: channels, piece: &piece)
      }
      for ended in playing where ended.clip.start + ended.clip.count <= end {
        mixed.speech += ended.speech(rate: rate)
        mixed.decodeErrors[ended.clip.sha256, default: 0] = max(
          mixed.decodeErrors[ended.clip.sha256] ?? 0, ended.reader.decodeErrors)
        shelf.put(ended.reader, of: ended.clip.sha256)
      }
      playing.removeAll { $0.clip.start + $0.clip.count <= end }
      try file.write(block.span, at: start * Int64(channels))
      progress(end)
    }
    for cut in playing { mixed.speech += cut.speech(rate: rate) }
    return mixed
  }
}

/// A clip that sounds.
private struct Playing {
  let index: Int
  let clip: SoundClip
  let reader: SoundReader
  let source: ClipSource
  var detector: SpeechDetector

  /// Adds its part of the programme's samples `range` to `block`.
  mutating func add(
    to block: inout [Float], at range: Range<Int64>, channels: Int, piece: inout [Float]
  ) throws(MediaError) {
    let start = max(range.lowerBound, clip.start)
    let end = min(range.upperBound, clip.start + clip.count)
    guard start < end else { return }
    try source.read(Int(end - start), into: &piece)
    let fade = Fade(fadeIn: clip.fadeIn, fadeOut: clip.fadeOut, count: clip.count)
    fade.apply(
      Decibels.factor(clip.gainDB), to: &piece, from: start - clip.start, channels: channels)
    if clip.role == .speech, clip.speech == nil { detector.add(piece) }
    let offset = Int(start - range.lowerBound) * channels
    for index in piece.indices { block[offset + index] += piece[index] }
  }

  /// Where it speaks, by its words or by what was heard.
  func speech(rate: Int) -> [Range<Int64>] {
    guard clip.role == .speech else { return [] }
    if let words = clip.speech { return Ducking.windows(of: clip, words: words, rate: rate) }
    var detector = detector
    detector.finish()
    return detector.windows
  }
}

/// Readers that clips have done with: the next clip further on in the same file goes on with one, so that a
/// long recording cut into scenes is decoded once.
private struct ReaderShelf {
  private static let capacity = 2
  private var idle: [(sha256: String, reader: SoundReader)] = []

  mutating func reader(
    for clip: SoundClip, path: String, rate: Int, channels: Int, interrupt: Interrupt
  ) throws(MediaError) -> SoundReader {
    let start = Int64.samples(microseconds: max(clip.sourceStart, 0), rate: rate)
    if let index = idle.firstIndex(where: {
      $0.sha256 == clip.sha256 && $0.reader.position <= start
    }) {
      return idle.remove(at: index).reader
    }
    return try SoundReader(path: path, rate: rate, channels: channels, interrupt: interrupt)
  }

  mutating func put(_ reader: SoundReader, of sha256: String) {
    idle.append((sha256, reader))
    if idle.count > Self.capacity { idle.removeFirst() }
  }
}
