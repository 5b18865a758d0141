/// One picture, text, shape or colour in a scene: where it is, how it looks, when it is shown.
///
/// Also the shape of the slots, such as `background` and `avatar`, which only have other defaults.
public struct Layer: Sendable, Hashable {
  /// The document's, or `scene/slot`, `scene/index`, `overlays/index`.
  public var id: String
  public var slot: Slot
  public var content: Content
  /// Higher is nearer to the viewer; layers of equal `z` follow the order of the document.
  public var z: Int
  /// In the scene (of the programme, for an overlay); nil is the end of it.
  public var from = Time.zero
  public var to: Time?
  /// Part of the source; nil is all of it.
  public var trim: Trim?
  public var speed = 1.0
  public var position: Position
  public var size: Size
  public var fit: Fit
  /// The point of the source that `cover` keeps in view.
  public var focus = Point.center
  public var crop = Crop()
  /// Clockwise degrees.
  public var rotate = 0.0
  public var opacity = 1.0
  public var mask = Mask.none
  public var border: Border?
  public var shadow: Shadow?
  public var key: ChromaKey?
  public var blend = Blend.normal
  /// How far the background is darkened, 0…1; other slots: 0.
  public var dim = 0.0
  public var blur = Length.zero
  /// nil is the default of the slot, which depends on the asset: slow zoom for a background still,
  /// nothing otherwise.
  public var motion: Motion?
  public var enter = Entrance()
  public var exit = Entrance()
  public var whenShort: WhenShort
  public var whenLong = WhenLong.trim
  public var mute: Bool
  public var gain = Gain.unity
  /// Whether the avatar's own sound is heard; other slots: `auto`, without effect.
  public var audio = AvatarAudio.auto
  /// Only in variants: not shown there. Its sound and its length still count.
  public var hidden = false

  /// All defaults of a slot.
  public init(id: String, slot: Slot, content: Content) {
    (self.id, self.slot, self.content) = (id, slot, content)
    switch slot {
    case .background:
      (z, size, fit, whenShort, mute) = (0, Size(Length(1), Length(1)), .cover, .loop, true)
      position = .place(.center, margin: .zero)
    case .avatar:
      (z, size, fit, whenShort, mute) = (500, Size(.vmin(30), .vmin(30)), .cover, .freeze, false)
      position = .place(.bottomRight, margin: .vmin(4))
      focus = Point(0.5, 0.35)
    case .layer, .overlay:
      (z, size, fit) = (slot == .overlay ? 1000 : 100, Size(nil, Length(0.3)), .contain)
      (whenShort, mute) = (.hide, true)
      position = .place(.center, margin: .zero)
      if case .text = content { size = Size(nil, nil) }
    case .lowerThird:
      (z, size, fit, whenShort, mute) = (600, Size(nil, nil), .contain, .hide, true)
      position = .place(.bottomLeft, margin: .vmin(8))
    case .titleCard:
      (z, size, fit, whenShort, mute) = (700, Size(nil, nil), .contain, .hide, true)
      position = .place(.center, margin: .zero)
    }
  }

  public enum Slot: String, Sendable, Hashable {
    case background, avatar
    case titleCard = "title_card"
    case lowerThird = "lower_third"
    case layer, overlay
  }

  public enum Content: Sendable, Hashable {
    /// A video or an image; nil where the asset itself decides.
    case asset(String, PictureKind?)
    case shape(ShapeKind, fill: Color)
    case color(Color)
    /// A `size` with a width is the box in which the text wraps, centred between top and bottom;
    /// without one the box is as large as the text.
    case text(TextBlock)
  }
  public enum PictureKind: String, DocumentWord { case video, image }
  public enum ShapeKind: String, DocumentWord { case rect, rounded, circle }

  /// The asset id, if the layer shows one.
  public var asset: String? {
    if case .asset(let id, _) = content { id } else { nil }
  }

  public enum Position: Sendable, Hashable {
    /// At a place of the picture, `margin` away from the edges there.
    case place(Anchor, margin: Length)
    /// The box's anchor at a point of the picture.
    case at(x: Length, y: Length, anchor: Anchor)
  }

  /// Source times, in seconds of the source or frames of the output rate. The end is open.
  public struct Trim: Sendable, Hashable {
    public var start: Time
    public var end: Time

    public init(_ start: Time, _ end: Time) { (self.start, self.end) = (start, end) }
  }

  /// Shares of the source's width and height cut off at each side, 0…1.
  public struct Crop: Sendable, Hashable {
    public var left = 0.0
    public var top = 0.0
    public var right = 0.0
    public var bottom = 0.0

    public init() {}
  }

  /// The words mean what CSS `object-fit` means.
  public enum Fit: String, DocumentWord {
    case cover, contain
    case containBlur = "contain-blur"
    case fill, none
  }
  public enum Blend: String, DocumentWord { case normal, multiply, screen, overlay, add }
  /// A source that ends before its layer does.
  public enum WhenShort: String, DocumentWord { case loop, pingpong, freeze, slow, hide, fail }
  /// A source that lasts longer than its layer.
  public enum WhenLong: String, DocumentWord { case trim, speed, fail }
  public enum AvatarAudio: String, DocumentWord { case auto, on, off }
}
