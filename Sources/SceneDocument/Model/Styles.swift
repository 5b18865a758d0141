/// The brand kit of a document: its fonts, colours and styles, with the built-in styles among them.
public struct Styles: Sendable, Hashable {
  /// By id.
  public var fonts: [String: Font]
  /// Ids of fonts that are asked, in order, for what a style's own font lacks.
  public var fallback: [String]
  /// By name, with `extends` applied and colours in place.
  public var captions: [String: TextStyle]
  public var text: [String: TextStyle]
  /// Colours by name, written `"@name"` wherever a colour may stand.
  public var palette: [String: Color]

  public init(
    fonts: [String: Font] = [:], fallback: [String] = [],
    captions: [String: TextStyle] = TextStyle.builtInCaptions,
    text: [String: TextStyle] = TextStyle.builtInText, palette: [String: Color] = [:]
  ) {
    (self.fonts, self.fallback, self.palette) = (fonts, fallback, palette)
    (self.captions, self.text) = (captions, text)
  }
}

/// A typeface of the document: one or more files of one family.
public struct Font: Sendable, Hashable {
  /// Ids of the files' assets.
  public var assets: [String]
  /// 100…900 in hundreds; nil is what the file says.
  public var weight: Int?
  public var italic: Bool

  public init(assets: [String], weight: Int? = nil, italic: Bool = false) {
    (self.assets, self.weight, self.italic) = (assets, weight, italic)
  }
}

/// How text looks.
public struct TextStyle: Sendable, Hashable {
  /// The id of one of the document's fonts; nil is the font that is shipped.
  public var font: String?
  /// Height of the font's em square.
  public var size: Length
  public var fill: Color
  /// Of the word that is spoken, in `karaoke`.
  public var highlight: Color
  public var outline: Outline?
  /// Behind the text.
  public var box: Box?
  public var shadow: Layer.Shadow?
  /// 100…900.
  public var weight: Int
  /// Distance of base lines, in multiples of `size`: 0.8…3.
  public var lineHeight: Double
  /// Added after each character.
  public var letterSpacing: Length
  public var letterCase: LetterCase

  public init(
    font: String? = nil, size: Length = .vmin(6), fill: Color = .white,
    highlight: Color = Color(red: 0xFF, green: 0xD2, blue: 0x3F), outline: Outline? = nil,
    box: Box? = nil, shadow: Layer.Shadow? = nil, weight: Int = 700, lineHeight: Double = 1.25,
    letterSpacing: Length = .zero, letterCase: LetterCase = .asIs
  ) {
    (self.font, self.size, self.fill, self.highlight) = (font, size, fill, highlight)
    (self.outline, self.box, self.shadow) = (outline, box, shadow)
    (self.weight, self.lineHeight) = (weight, lineHeight)
    (self.letterSpacing, self.letterCase) = (letterSpacing, letterCase)
  }

  /// A line around each letter, outside its shape.
  public struct Outline: Sendable, Hashable {
    public var width: Length
    public var color: Color

    public init(width: Length = .vmin(0.45), color: Color = .black) {
      (self.width, self.color) = (width, color)
    }
  }

  /// A rectangle behind the text, `padding` larger than it on each side.
  public struct Box: Sendable, Hashable {
    public var color: Color
    public var padding: Length
    public var radius: Length

    public init(
      color: Color = Color(red: 0, green: 0, blue: 0, alpha: 0xB3), padding: Length = .vmin(1.6),
      radius: Length = .vmin(1.2)
    ) {
      (self.color, self.padding, self.radius) = (color, padding, radius)
    }
  }

  public enum LetterCase: String, DocumentWord {
    case asIs = "as-is"
    case upper
  }
}
