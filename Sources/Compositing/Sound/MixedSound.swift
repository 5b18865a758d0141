public import Media

/// The mixed sound of a programme, in a temporary file that goes with the value.
///
/// May be read from several threads.
public struct MixedSound: Sendable {
  public let rate: Int
  public let channels: Int
  /// Samples per channel.
  public let samples: Int64
  /// The mix before the gain.
  public let levels: Levels
  /// What was asked for.
  public let loudness: SoundProgramme.Loudness?
  /// The constant gain that `read` applies.
  public private(set) var gainDB: Double
  /// True when the bound of the true peak allowed less gain than the target asked for.
  public private(set) var isLimited: Bool
  /// Packets that decoders refused and frames they marked as damaged, by asset SHA-256; none are left out.
  public let decodeErrors: [String: Int]
  /// Where someone speaks, in samples.
  public let speech: [Range<Int64>]
  let file: SoundWorkFile

  /// How loud sound is.
  public struct Levels: Sendable, Hashable {
    /// Integrated loudness after ITU-R BS.1770-4; nil for silence.
    public var lufs: Double?
    /// nil for silence.
    public var truePeakDB: Double?
    public init(lufs: Double?, truePeakDB: Double?) {
      (self.lufs, self.truePeakDB) = (lufs, truePeakDB)
    }
  }

  init(
    rate: Int, channels: Int, samples: Int64, levels: Levels,
    loudness: SoundProgramme.Loudness?, gainDB: Double, isLimited: Bool,
    decodeErrors: [String: Int], speech: [Range<Int64>], file: SoundWorkFile
  ) {
    (self.rate, self.channels, self.samples) = (rate, channels, samples)
    (self.levels, self.loudness, self.gainDB) = (levels, loudness, gainDB)
    (self.isLimited, self.decodeErrors) = (isLimited, decodeErrors)
    (self.speech, self.file) = (speech, file)
  }

  /// What `read` gives, with the gain.
  public var reached: Levels {
    Levels(
      lufs: levels.lufs.map { $0 + gainDB }, truePeakDB: levels.truePeakDB.map { $0 + gainDB })
  }

  /// The same sound `decibels` lower, because the bound of the true peak would else be broken.
  func lowered(by decibels: Double) -> MixedSound {
    guard decibels > 0 else { return self }
    var copy = self
    copy.gainDB -= decibels
    copy.isLimited = true
    return copy
  }

  /// Puts `count` samples per channel from `start` on into `samples`, interleaved, with the gain; silence before
  /// the first and after the last. Their place before is not kept.
  public func read(_ count: Int, at start: Int64, into samples: inout [Float]) throws(MediaError) {
    if samples.count != count * channels {
      samples = [Float](repeating: 0, count: count * channels)
    }
    let before = Int(min(max(-start, 0), Int64(count)))
    let end = Int(min(max(self.samples - start, Int64(before)), Int64(count)))
    if before == 0, end == count {
      try file.read(into: &samples, at: start * Int64(channels))
    } else {
      var inside = [Float](repeating: 0, count: (end - before) * channels)
      try file.read(into: &inside, at: max(start, 0) * Int64(channels))
      for index in samples.indices { samples[index] = 0 }
      samples.replaceSubrange(before * channels..<end * channels, with: inside)
    }
    let factor = Float(Decibels.factor(gainDB))
    if factor != 1 { for index in samples.indices { samples[index] *= factor } }
  }
}
