public import SceneDocument

// The canonical form of sound, `canonical/1`: every position an absolute sample of the programme.

/// The sound of the whole programme.
public struct SoundProgramme: Sendable, Hashable {
  /// Samples a second of the mix.
  public var rate: Int
  /// 1 or 2.
  public var channels: Int
  /// Length in samples per channel: `sample(total frames)`.
  public var samples: Int64
  public var clips: [SoundClip]
  /// nil: the mix is encoded as it is.
  public var loudness: Loudness?

  public init(rate: Int, channels: Int, samples: Int64, clips: [SoundClip], loudness: Loudness?) {
    (self.rate, self.channels, self.samples) = (rate, channels, samples)
    (self.clips, self.loudness) = (clips, loudness)
  }

  public struct Loudness: Sendable, Hashable {
    public var targetLUFS: Double
    public var truePeakDB: Double
    public init(targetLUFS: Double, truePeakDB: Double) {
      (self.targetLUFS, self.truePeakDB) = (targetLUFS, truePeakDB)
    }
  }
}

/// One stretch of sound from one asset.
public struct SoundClip: Sendable, Hashable {
  public enum Role: String, Sendable { case speech, effect, ambient, music, background }

  public var sha256: String
  public var role: Role
  /// First programme sample it may sound in, and how many; the source is padded with silence or cut.
  public var start: Int64
  public var count: Int64
  /// Window of the source in microseconds from the file's earliest stream start, end open.
  public var sourceStart: Int64
  public var sourceEnd: Int64
  /// Source seconds for each programme second; other than 1 is stretched in time with the pitch kept.
  public var rate: Rational
  /// Begins again when the window is used up.
  public var loop: Bool
  /// Plays forwards and backwards in turn, as its picture does.
  public var pingpong: Bool
  public var gainDB: Double
  /// Linear fades in samples, inside `start ..< start + count`.
  public var fadeIn: Int64
  public var fadeOut: Int64
  /// Lowered while speech sounds; music only.
  public var duck: Duck?
  /// Seconds of the source in which words are spoken, if a words file says so; else found by envelope.
  public var speech: [SpeechWindow]?

  public init(
    sha256: String, role: Role, start: Int64, count: Int64, sourceStart: Int64 = 0,
    sourceEnd: Int64, rate: Rational = Rational(1), loop: Bool = false, gainDB: Double = 0,
    fadeIn: Int64 = 0, fadeOut: Int64 = 0, duck: Duck? = nil
  ) {
    (self.sha256, self.role, self.start, self.count) = (sha256, role, start, count)
    (self.sourceStart, self.sourceEnd, self.rate) = (sourceStart, sourceEnd, rate)
    (self.loop, self.pingpong, self.gainDB) = (loop, false, gainDB)
    (self.fadeIn, self.fadeOut, self.duck) = (fadeIn, fadeOut, duck)
  }

  public struct Duck: Sendable, Hashable {
    public var byDB: Double
    public var attackMS: Double
    public var releaseMS: Double
    public init(byDB: Double, attackMS: Double, releaseMS: Double) {
      (self.byDB, self.attackMS, self.releaseMS) = (byDB, attackMS, releaseMS)
    }
  }

  /// Microseconds of the source.
  public struct SpeechWindow: Sendable, Hashable {
    public var from: Int64
    public var to: Int64
    public init(from: Int64, to: Int64) { (self.from, self.to) = (from, to) }
  }
}
