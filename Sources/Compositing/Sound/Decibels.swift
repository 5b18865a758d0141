/// Decibels to factors by plain arithmetic, so that the same document gives the same samples whatever
/// mathematical library the machine has.
enum Decibels {
  /// The document's silence.
  static let silence = -96.0

  /// 10^(decibels ÷ 20); 0 at or below −96 dB.
  static func factor(_ decibels: Double) -> Double {
    if decibels <= silence { return 0 }
    let exponent = decibels * 0.166096404744368117393515971474469508793
    let whole = exponent.rounded()
    let rest = (exponent - whole) * 0.693147180559945309417232121458176568
    // The Taylor row of e^rest: |rest| ≤ 0.35, the first term left out is below 2^−60.
    var sum = 1.0
    for term in stride(from: 15.0, to: 0, by: -1) { sum = 1 + sum * rest / term }
    return Double(sign: .plus, exponent: Int(whole), significand: sum)
  }
}
