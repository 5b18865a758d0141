extension Double {
  /// With a fixed number of decimals, the same in every locale.
  func text(decimals: Int) -> String {
    guard isFinite, magnitude < 1e15 else { return "\(self)" }
    let factor = Int64((0..<decimals).reduce(1) { result, _ in result * 10 })
    let scaled = Int64((magnitude * Double(factor)).rounded())
    let sign = self < 0 && scaled != 0 ? "-" : ""
    if decimals == 0 { return sign + String(scaled) }
    let fraction = String(scaled % factor + factor).dropFirst()
    return sign + String(scaled / factor) + "." + fraction
  }

  /// With three decimals at most and no zeros at their end.
  var shortText: String {
    var text = text(decimals: 3)
    while text.hasSuffix("0") { text.removeLast() }
    if text.hasSuffix(".") { text.removeLast() }
    return text
  }

  /// Seconds as a person reads them: `8.4 s`, `2:05`, `1:02:05`.
  var durationText: String {
    if self < 59.95 { return text(decimals: 1) + " s" }
    return clockText
  }

  /// Seconds as a clock shows them: `0:07`, `2:05`, `1:02:05`.
  var clockText: String {
    let seconds = Int(min(max(rounded(), 0), 1e9))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : String(number) }
    let (hours, rest) = (seconds / 3600, seconds % 3600)
    if hours > 0 { return "\(hours):\(two(rest / 60)):\(two(rest % 60))" }
    return "\(rest / 60):\(two(rest % 60))"
  }
}

/// `1 frame`, `2 frames`.
func counted(_ count: Int, _ noun: String, _ plural: String? = nil) -> String {
  count == 1 ? "1 \(noun)" : "\(count) \(plural ?? noun + "s")"
}
