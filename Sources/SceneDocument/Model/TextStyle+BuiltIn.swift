/// The styles every document has. A style of the document with the same name takes the place of one.
extension TextStyle {
  public static let builtInCaptions: [String: TextStyle] = [
    "default": caption,
    "boxed": TextStyle(size: .vmin(5.2), box: Box()),
  ]

  public static let builtInText: [String: TextStyle] = [
    "default": TextStyle(shadow: softShadow),
    "title": TextStyle(size: .vmin(10), shadow: softShadow, lineHeight: 1.1),
    "subtitle": TextStyle(size: .vmin(5), shadow: softShadow, weight: 400),
    "lower-third": TextStyle(
      size: .vmin(4.6), box: Box(padding: .vmin(2), radius: .vmin(0.8)), lineHeight: 1.2),
    "lower-third-sub": TextStyle(
      size: .vmin(3.2), fill: Color(red: 0xE6, green: 0xE6, blue: 0xE6), weight: 400),
  ]

  /// White with a dark edge: it can be read on any picture.
  private static let caption = TextStyle(
    size: .vmin(5.2), outline: Outline(), shadow: softShadow)

  private static let softShadow: Layer.Shadow = {
    var shadow = Layer.Shadow()
    (shadow.dy, shadow.blur, shadow.opacity) = (.vmin(0.3), .vmin(0.9), 0.6)
    return shadow
  }()

  /// How the second line of a block looks where no style of its own is there.
  public var smaller: TextStyle {
    var style = self
    // Rounded, so that 10vmin gives 5.5vmin and not the double beside it.
    style.size.value = (size.value * 0.55 * 1_000_000).rounded() / 1_000_000
    style.weight = 400
    return style
  }
}
