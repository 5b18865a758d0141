/// The spoken words of a scene, to be read.
public struct Captions: Sendable, Hashable {
  public var source: Source
  public var mode: Mode
  /// The name of `style` among the document's caption styles.
  public var styleName: String
  public var style: TextStyle
  public var place: Anchor
  /// Distance from the edges of the picture at `place`.
  public var margin: Length
  public var maxWidth: Length
  public var maxLines: Int
  /// Nothing is shown for a shorter time than this, where there is room.
  public var minimumShow: Time
  /// Shorter gaps between two captions are closed.
  public var bridge: Time
  /// A pause at least this long begins a new caption.
  public var pauseBreak: Time
  /// Characters a second that can be read; nil is 20 for alphabets, 12 for Chinese, Japanese, Korean.
  public var maximumCPS: Double?
  /// BCP 47; nil is what the source says, else `und`.
  public var language: String?
  /// Only in variants: not shown there. Durations stay as they are.
  public var hidden: Bool

  public init(
    source: Source, mode: Mode = .line, styleName: String = "default",
    style: TextStyle = TextStyle.builtInCaptions["default"] ?? TextStyle(),
    place: Anchor = .bottom, margin: Length = .vmin(8), maxWidth: Length = Length(0.86),
    maxLines: Int = 2, minimumShow: Time = .seconds(0.7), bridge: Time = .seconds(0.3),
    pauseBreak: Time = .seconds(0.5), maximumCPS: Double? = nil, language: String? = nil,
    hidden: Bool = false
  ) {
    (self.source, self.mode, self.styleName, self.style) = (source, mode, styleName, style)
    (self.place, self.margin, self.maxWidth, self.maxLines) = (place, margin, maxWidth, maxLines)
    (self.minimumShow, self.bridge, self.pauseBreak) = (minimumShow, bridge, pauseBreak)
    (self.maximumCPS, self.language, self.hidden) = (maximumCPS, language, hidden)
  }

  public enum Source: Sendable, Hashable {
    /// The id of the asset; times count from the start of the narration's file.
    case words(String)
    case srt(String)
    case vtt(String)
    /// Written in the document, in the scene's time, in the order of `from`.
    case cues([Cue])

    /// The asset id, if the captions are in a file.
    public var asset: String? {
      switch self {
      case .words(let id), .srt(let id), .vtt(let id): id
      case .cues: nil
      }
    }
  }

  public struct Cue: Sendable, Hashable {
    public var from: Time
    public var to: Time
    public var text: String

    public init(from: Time, to: Time, text: String) {
      (self.from, self.to, self.text) = (from, to, text)
    }
  }

  public enum Mode: String, DocumentWord {
    /// Whole lines at a time.
    case line
    /// Whole lines, with the word that is spoken highlighted.
    case karaoke
    /// One word at a time.
    case word
  }
}
