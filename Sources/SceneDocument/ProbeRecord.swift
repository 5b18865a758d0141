/// What an asset file holds, found by reading it: the facts from which durations, layout and keys
/// are computed, without opening the file again.
public struct ProbeRecord: Codable, Sendable, Hashable {
  public enum Kind: String, Codable, Sendable { case video, image, audio, words, captions, font }

  /// SHA-256 of the file's bytes, 64 lower-case hex digits.
  public var sha256: String
  public var bytes: Int64
  public var kind: Kind
  /// libav's short name of the container, such as `mov`, `matroska`, `png`.
  public var format: String
  public var video: Video?
  public var audio: Audio?

  public init(
    sha256: String, bytes: Int64, kind: Kind, format: String, video: Video? = nil,
    audio: Audio? = nil
  ) {
    (self.sha256, self.bytes, self.kind) = (sha256, bytes, kind)
    (self.format, self.video, self.audio) = (format, video, audio)
  }

  /// The first picture stream.
  public struct Video: Codable, Sendable, Hashable {
    public var codec: String
    /// Stored pixels, before sample aspect ratio and rotation.
    public var width: Int
    public var height: Int
    /// Width ÷ height of one stored pixel; 1/1 where the file does not say.
    public var sampleAspect: Rational
    /// Clockwise degrees to turn the stored picture upright: 0, 90, 180 or 270.
    public var rotation: Int
    /// Mean frames a second.
    public var frameRate: Rational
    /// Packets with a picture; 1 for a still.
    public var frames: Int
    /// When the first frame is shown, in seconds from the start of the file's earliest stream.
    public var start: Rational
    /// From the first frame's time to the end of the last frame, in seconds; 0 for a still.
    public var duration: Rational
    /// True when the frames' distances differ by more than time-base rounding.
    public var isVariableRate: Bool
    public var pixelFormat: String
    public var hasAlpha: Bool
    public var isRGB: Bool
    /// libav's names (`bt709`, `smpte170m`, `tv`, `pc`, …); nil where the file does not say.
    public var matrix: String?
    public var range: String?
    public var primaries: String?
    public var transfer: String?

    public init(
      codec: String, width: Int, height: Int, sampleAspect: Rational = Rational(1),
      rotation: Int = 0,
      frameRate: Rational, frames: Int, start: Rational = Rational(0), duration: Rational,
      isVariableRate: Bool = false, pixelFormat: String = "yuv420p", hasAlpha: Bool = false,
      isRGB: Bool = false, matrix: String? = nil, range: String? = nil, primaries: String? = nil,
      transfer: String? = nil
    ) {
      (self.codec, self.width, self.height) = (codec, width, height)
      (self.sampleAspect, self.rotation, self.frameRate) = (sampleAspect, rotation, frameRate)
      (self.frames, self.start, self.duration) = (frames, start, duration)
      (self.isVariableRate, self.pixelFormat) = (isVariableRate, pixelFormat)
      (self.hasAlpha, self.isRGB, self.matrix, self.range) = (hasAlpha, isRGB, matrix, range)
      (self.primaries, self.transfer) = (primaries, transfer)
    }

    /// Width ÷ height of the upright picture on a screen with square pixels.
    public var displayAspect: Double {
      let stored = Double(width) * sampleAspect.doubleValue / Double(max(height, 1))
      return rotation % 180 == 0 ? stored : 1 / stored
    }
  }

  /// The first sound stream.
  public struct Audio: Codable, Sendable, Hashable {
    public var codec: String
    public var rate: Int
    public var channels: Int
    /// Presented samples per channel, after priming, padding and edit list.
    public var samples: Int64
    /// When the first sample is heard, in seconds from the start of the file's earliest stream.
    public var start: Rational

    public init(
      codec: String, rate: Int, channels: Int, samples: Int64, start: Rational = Rational(0)
    ) {
      (self.codec, self.rate, self.channels) = (codec, rate, channels)
      (self.samples, self.start) = (samples, start)
    }

    /// Length in seconds.
    public var duration: Rational { Rational(samples, Int64(rate)) }
  }
}
