/// Text of a layer, title card or lower third. Line feeds break lines; there is no markup.
public struct TextBlock: Sendable, Hashable {
  public var text: String
  /// A second, smaller text under the first.
  public var sub: String?
  /// The name of `style` among the document's text styles.
  public var styleName: String
  public var style: TextStyle
  /// Of `sub`: the style `<name>-sub` where there is one, else `style` made smaller.
  public var subStyle: TextStyle
  public var align: Align
  /// Longer lines are broken.
  public var maxWidth: Length
  /// nil: as many lines as the text needs.
  public var maxLines: Int?

  public init(
    text: String, sub: String? = nil, styleName: String = "default",
    style: TextStyle = TextStyle(), subStyle: TextStyle? = nil, align: Align = .center,
    maxWidth: Length = Length(0.8), maxLines: Int? = nil
  ) {
    (self.text, self.sub, self.styleName, self.style) = (text, sub, styleName, style)
    (self.subStyle, self.align) = (subStyle ?? style.smaller, align)
    (self.maxWidth, self.maxLines) = (maxWidth, maxLines)
  }

  public enum Align: String, DocumentWord { case left, center, right }
}
