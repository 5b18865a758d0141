/// The few transcendental functions of the pixel path, made of `+ - *` alone.
///
/// The C library picks its own by the CPU it runs on, and the last bit may differ; these give the same
/// bits everywhere. They are exact to about 1e-15, and are called a few times for each table.
enum DeterministicMath {
  /// e to the power of `x`, for `x` from -700 to 0; smaller values give 0.
  static func exp(_ x: Double) -> Double {
    guard x > -700 else { return 0 }
    var halvings = 0
    var small = x
    while small < -0.25 {
      small *= 0.5
      halvings += 1
    }
    var term = 1.0
    var sum = 1.0
    for n in 1...14 {
      term *= small / Double(n)
      sum += term
    }
    for _ in 0..<halvings { sum *= sum }
    return sum
  }

  /// Sine and cosine of an angle in degrees; exact at multiples of 90.
  static func sineCosine(degrees: Double) -> (sine: Double, cosine: Double) {
    let turned = degrees - (degrees / 360).rounded(.down) * 360
    let quarter = (turned / 90).rounded()
    let x = (turned - quarter * 90) * (Double.pi / 180)
    let square = x * x
    var sine = x
    var cosine = 1.0
    var sineTerm = x
    var cosineTerm = 1.0
    for n in 1...10 {
      let even = Double(2 * n)
      cosineTerm *= -square / ((even - 1) * even)
      sineTerm *= -square / (even * (even + 1))
      cosine += cosineTerm
      sine += sineTerm
    }
    switch Int(quarter) & 3 {
    case 0: return (sine, cosine)
    case 1: return (cosine, -sine)
    case 2: return (-sine, -cosine)
    default: return (-cosine, sine)
    }
  }
}
