/// What film is made: its size, rate, container, codecs and companions.
public struct Output: Sendable, Hashable {
  /// The size the document is written for. A `draft` is smaller: see `frameSize`.
  public var size = PixelSize(1920, 1080)
  public var frameRate = FrameRate(30)
  public var preset = Preset.web
  public var container = Container.mp4
  public var video = Video()
  public var audio = Audio()
  public var subtitles = Subtitles.burn
  public var poster: Poster?
  public var thumbnails: Thumbnails?
  /// One chapter for each scene that has a title.
  public var chapters = false
  public var determinism = Determinism.exact
  /// Behind everything.
  public var background = Color.black
  /// What lengths in pixels refer to, where it is not `size`: in a variant the size of the main film.
  public var writtenSize: PixelSize?

  public init() {}

  /// The size of the pictures in the film: `size`, or half of it (even, at least 16) for a draft.
  public var frameSize: PixelSize {
    guard preset == .draft else { return size }
    return PixelSize(max(16, size.width / 4 * 2), max(16, size.height / 4 * 2))
  }

  /// The size that lengths in pixels refer to.
  public var lengthSize: PixelSize { writtenSize ?? size }

  public enum Preset: String, DocumentWord { case draft, web, master, archive }
  public enum Container: String, DocumentWord { case mp4, mov, webm, mkv }
  public enum Subtitles: String, DocumentWord { case burn, soft, both, none }
  /// `exact`: the same bytes on every machine; `fast`: the result says it is not reproducible.
  public enum Determinism: String, DocumentWord { case exact, fast }

  /// How pictures are encoded; every field is filled in from the preset and the container.
  public struct Video: Sendable, Hashable {
    public var codec = Codec.h264
    /// The codec's constant-quality number; nil where the codec has none (ProRes, FFV1).
    public var quality: Double? = 20
    /// Bound of the rate, in thousands of bits a second; nil is no bound.
    public var maximumKilobits: Int?
    /// Longest distance of two key frames.
    public var gop = Time.seconds(2)
    public var pixel = PixelFormat.yuv420p
    public var effort = Effort.balanced

    public init() {}

    public enum Codec: String, DocumentWord { case h264, hevc, vp9, prores, ffv1 }
    public enum PixelFormat: String, DocumentWord { case yuv420p, yuv420p10, yuv422p10 }
    /// The encoder's own speed names, or `balanced`.
    public enum Effort: String, DocumentWord {
      case ultrafast, superfast, veryfast, faster, fast, medium, slow, slower, veryslow, balanced
    }
  }

  public struct Audio: Sendable, Hashable {
    public var codec = Codec.aac
    /// Thousands of bits a second; not used by `pcm`.
    public var kilobits = 192
    /// Samples a second.
    public var rate = 48000
    public var channels = 2

    public init() {}

    public enum Codec: String, DocumentWord { case aac, opus, pcm }
  }

  public struct Poster: Sendable, Hashable {
    public var at: Time
    public var format: Format

    public init(at: Time = .zero, format: Format = .jpeg) { (self.at, self.format) = (at, format) }

    public enum Format: String, DocumentWord { case jpeg, png }
  }

  public struct Thumbnails: Sendable, Hashable {
    public var every: Time
    public var width: Int

    public init(every: Time, width: Int = 320) { (self.every, self.width) = (every, width) }
  }
}
