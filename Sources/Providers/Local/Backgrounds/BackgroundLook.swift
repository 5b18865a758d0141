internal import Compositing
public import SceneDocument

/// The colours of a scene's background: of one family in a film, each scene's own by what it is about.
public struct BackgroundLook: Sendable, Hashable {
  /// The ground is dark, and what is written on it light.
  public let isDark: Bool
  /// The ground behind a title, at the top.
  public let top: Color
  /// The ground at the horizon.
  public let bottom: Color
  /// Titles; readable on `top` and on what motifs draw there.
  public let text: Color
  /// What stands out: a line below a title, the one thing that shines.
  public let accent: Color
  /// A second colour beside `accent`.
  public let second: Color
  /// Of a sun or moon.
  let sun: Color
  private let tone: Tone
  private let hue: Double

  private enum Tone: CaseIterable { case night, dusk, day }

  /// `style` is of the whole film; the topic decides the rest.
  init(topic: Topic, style: String) {
    var random = SteadyRandom("look", style)
    let tone = Self.tone(style, &random)
    let filmHue = random.between(0, 360)
    // A breath of the film's own hue, so little that a wood stays green.
    let hue = Self.towards(filmHue, from: topic.hues.ground, 0.07)
    var accentHue = Self.towards(filmHue, from: topic.hues.accent, 0.04)
    // Dark yellow looks like mud: on a light ground it becomes orange.
    if tone == .day, 66...118 ~= accentHue { accentHue -= 26 }
    let warm = 190...330 ~= accentHue || 120...190 ~= accentHue ? 82 : accentHue
    sun =
      switch tone {
      case .night: shade(0.90, 0.09)
      case .dusk: Color(lightness: 0.87, chroma: 0.11, hue: warm)
      case .day: Color(lightness: 0.90, chroma: 0.11, hue: warm)
      }
    func shade(_ lightness: Double, _ chroma: Double) -> Color {
      Color(lightness: lightness, chroma: chroma, hue: accentHue)
    }
    (self.tone, self.hue, isDark) = (tone, hue, tone != .day)
    switch tone {
    case .night:
      top = Color(lightness: 0.21, chroma: 0.05, hue: hue)
      bottom = Color(lightness: 0.40, chroma: 0.10, hue: hue - 8)
    case .dusk:
      top = Color(lightness: 0.29, chroma: 0.10, hue: hue)
      bottom = Color(lightness: 0.58, chroma: 0.12, hue: Self.towards(accentHue, from: hue, 0.35))
    case .day:
      top = Color(lightness: 0.965, chroma: 0.022, hue: hue)
      bottom = Color(lightness: 0.875, chroma: 0.062, hue: hue - 8)
    }
    text =
      isDark
      ? Color(lightness: 0.98, chroma: 0.008, hue: hue)
      : Color(lightness: 0.26, chroma: 0.05, hue: hue)
    accent = isDark ? shade(0.83, 0.13) : shade(0.68, 0.16)
    second = Color(
      lightness: isDark ? 0.74 : 0.60, chroma: 0.13,
      hue: Self.towards(accentHue, from: hue, isDark ? 0.45 : 0.22))
  }

  /// The style may name it; else it is drawn by lot.
  private static func tone(_ style: String, _ random: inout SteadyRandom) -> Tone {
    let drawn = Tone.allCases[random.integer(below: 3)]
    let words = StockWords.of(style)
    if words.contains(where: { ["light", "day", "bright", "밝은", "밝게", "낮"].contains($0) }) {
      return .day
    }
    if words.contains(where: { ["dark", "night", "어두운", "어둡게", "밤"].contains($0) }) {
      return .night
    }
    if words.contains(where: { ["dusk", "warm", "sunset", "노을", "따뜻한"].contains($0) }) {
      return .dusk
    }
    return drawn
  }

  /// A hue on the shorter way to another.
  private static func towards(_ other: Double, from hue: Double, _ share: Double) -> Double {
    var way = (other - hue).truncatingRemainder(dividingBy: 360)
    if way > 180 { way -= 360 }
    if way < -180 { way += 360 }
    return hue + way * share
  }

  /// What stands in the scene, from `depth` 0, far and nearly as the ground at the horizon, to 1, near.
  func layer(_ depth: Double) -> Color {
    func mix(_ far: Double, _ near: Double) -> Double { far + (near - far) * depth }
    return switch tone {
    case .night:
      Color(lightness: mix(0.41, 0.17), chroma: mix(0.10, 0.055), hue: hue - 8 + 8 * depth)
    case .dusk: Color(lightness: mix(0.55, 0.20), chroma: mix(0.12, 0.075), hue: hue + 6 * depth)
    case .day:
      Color(lightness: mix(0.86, 0.66), chroma: mix(0.06, 0.105), hue: hue - 8 + 10 * depth)
    }
  }

  /// A lighter shade of what stands in the scene, for edges that light falls on.
  func lit(_ depth: Double) -> Color { layer(depth).mixed(with: isDark ? bottom : .white, 0.35) }

  /// Faint lines and marks on the ground.
  var line: Color { isDark ? Color.white : text }
}
