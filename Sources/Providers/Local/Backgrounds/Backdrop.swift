internal import Compositing
internal import Media
internal import SceneDocument

/// The ground that motifs are drawn on: from one colour at the top to another at the horizon, lighter around where a
/// speaker stands, without visible steps.
enum Backdrop {
  static func draw(_ look: BackgroundLook, width: Int, height: Int) -> VectorCanvas {
    let canvas = VectorCanvas(width: width, height: height)
    canvas.surface.replace(withStraight: pixels(look, width: width, height: height))
    return canvas
  }

  /// Straight RGBA in reading order.
  static func pixels(_ look: BackgroundLook, width: Int, height: Int) -> [UInt8] {
    let (top, bottom) = (channels(look.top), channels(look.bottom))
    let light = channels(look.isDark ? look.bottom.mixed(with: .white, 0.22) : .white)
    var bytes = [UInt8](repeating: 255, count: 4 * width * height)
    for y in 0..<height {
      let down = (Float(y) + 0.5) / Float(height)
      // The horizon is a little below the middle.
      let way = min(down / 0.85, 1)
      let share = way * (0.35 + 0.65 * way)
      let ground = top + (bottom - top) * share
      let rise = (down - 0.52) / 0.62
      for x in 0..<width {
        let across = ((Float(x) + 0.5) / Float(width) - 0.80) / 0.46
        let distance = across * across + rise * rise
        let near = max(0, 1 - distance)
        let color = ground + (light - ground) * (0.20 * near * near)
        let nudge = thresholds[(y & 7) * 8 + (x & 7)]
        let at = 4 * (y * width + x)
        bytes[at] = UInt8(min(max(color.x + nudge, 0), 255))
        bytes[at + 1] = UInt8(min(max(color.y + nudge, 0), 255))
        bytes[at + 2] = UInt8(min(max(color.z + nudge, 0), 255))
      }
    }
    return bytes
  }

  private static func channels(_ color: Color) -> SIMD3<Float> {
    SIMD3(Float(color.red), Float(color.green), Float(color.blue))
  }

  /// Bayer's 8x8 matrix as shares of a step: what lies between two values becomes a fine pattern of both.
  private static let thresholds: [Float] = (0..<64).map { index in
    let (x, y) = (index & 7, index >> 3)
    var value = 0
    for bit in 0..<3 {
      value = value << 2 | ((x ^ y) >> bit & 1) << 1 | y >> bit & 1
    }
    return (Float(value) + 0.5) / 64
  }
}
