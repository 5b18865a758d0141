internal import Providers

/// What can be written on a background, where its maker says so.
struct BackgroundTone: Codable, Sendable, Hashable {
  /// `#rrggbb`
  var text: String
  var isDark: Bool

  /// Nil for pictures and clips whose light nobody knows.
  init?(_ request: Providers.BackgroundRequest, provider: String) {
    guard provider == "drawn" || provider == "color" else { return nil }
    let look = DrawnBackgroundMaker.palette(for: request)
    (text, isDark) = ("\(look.text)", look.isDark)
  }
}
