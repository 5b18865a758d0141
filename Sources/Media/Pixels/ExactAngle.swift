/// Angles that are the same bits on every machine, for drawings that move.
public enum ExactAngle {
  /// Sine and cosine by `+ - *` alone, exact to about 1e-15; those of no number are 0 and 1.
  public static func sineCosine(degrees: Double) -> (sine: Double, cosine: Double) {
    guard abs(degrees) < 1e12 else { return (0, 1) }
    return DeterministicMath.sineCosine(degrees: degrees)
  }

  /// Goes from -1 to 1 and back in `period`, smoothly, beginning at 0; for what sways.
  public static func wave(_ time: Double, period: Double, phase: Double = 0) -> Double {
    sineCosine(degrees: 360 * (time / period + phase)).sine
  }
}
