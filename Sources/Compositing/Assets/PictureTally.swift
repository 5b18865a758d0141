internal import Media
internal import SceneDocument

/// Counts the frames of a picture stream and finds their rate from the packets alone.
struct PictureTally {
  let stream: StreamInfo
  /// Packets read, shown or not.
  private(set) var packets = 0
  /// Ticks at which frames are shown, in the order of the file.
  private var times: [Int64] = []
  private var latest = Int64.min
  /// Ticks that the latest frame lasts; 0 where the file does not say.
  private var latestDuration: Int64 = 0

  init(_ stream: StreamInfo) { self.stream = stream }

  mutating func add(_ packet: Packet) {
    packets += 1
    if packet.isDiscarded || packet.size == 0 || hidesItsFrame(packet) { return }
    let duration = max(0, min(packet.duration, 1 << 40))
    // Times beyond all reason are noise of damaged bytes.
    let said = (packet.pts ?? packet.dts).flatMap { $0.magnitude < 1 << 52 ? $0 : nil }
    let time = said ?? (times.isEmpty ? 0 : latest + max(latestDuration, 1))
    times.append(time)
    if time >= latest { (latest, latestDuration) = (time, duration) }
  }

  /// VP8 puts pictures that only others refer to into packets of their own.
  private func hidesItsFrame(_ packet: Packet) -> Bool {
    guard stream.codec == "vp8" else { return false }
    return packet.withBytes { $0.count > 0 && $0[0] & 0x10 == 0 }
  }

  /// What the packets tell; nil when there was none.
  func summary(isMatroska: Bool) -> Summary? {
    let sorted = times.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    let gaps = zip(sorted.dropFirst(), sorted).map { $0 - $1 }
    let span = last - first
    let mean = gaps.isEmpty ? 0 : max(1, (span + Int64(gaps.count) / 2) / Int64(gaps.count))
    var tail = latestDuration
    // Where Matroska has no duration libav makes one up, at worst of a millisecond.
    if tail == 0 || isMatroska && 2 * tail < gaps.min() ?? 0 { tail = mean }
    if tail == 0, let rate = stream.averageFrameRate {
      tail = max(1, TimeBase(rate.denominator, rate.numerator).rescale(1, to: stream.timeBase))
    }
    let isVariable = Self.isVariable(sorted, gaps: gaps)
    return Summary(
      frames: sorted.count, first: first, length: span + tail, isVariableRate: isVariable,
      rate: rate(gaps: gaps.count, span: span, length: span + tail, isVariable: isVariable))
  }

  struct Summary {
    var frames: Int
    /// Ticks of the first frame.
    var first: Int64
    /// Ticks from the first frame to the end of the last.
    var length: Int64
    var isVariableRate: Bool
    /// Mean frames a second.
    var rate: Rational
  }

  /// True when no constant rate gives these times by rounding to whole ticks.
  private static func isVariable(_ sorted: [Int64], gaps: [Int64]) -> Bool {
    guard let shortest = gaps.min(), let longest = gaps.max(), shortest != longest else {
      return false
    }
    // Ticks so coarse that rounding and a dropped frame look the same.
    if shortest < 4 { return true }
    let step = Double(sorted[sorted.count - 1] - sorted[0]) / Double(gaps.count)
    let worst = sorted.enumerated().reduce(0.0) { worst, entry in
      max(worst, abs(Double(entry.element - sorted[0]) - Double(entry.offset) * step))
    }
    return worst > 2
  }

  /// Frames ÷ time, snapped to the rate that was meant where rounding of times hides it.
  private func rate(gaps: Int, span: Int64, length: Int64, isVariable: Bool) -> Rational {
    let base = stream.timeBase
    guard length > 0, base.numerator > 0 else { return Rational(0) }
    let frames = Int64(gaps + 1)
    let (count, ticks) = gaps > 0 && !isVariable ? (Int64(gaps), span) : (frames, length)
    let exact = Double(count) / (Double(ticks) * base.seconds)
    if !isVariable {
      var candidates: [Rational] = []
      if let stated = stream.averageFrameRate {
        candidates.append(Rational(Int64(stated.numerator), Int64(stated.denominator)))
      }
      let whole = Int64(max(1, min(exact.rounded(), 1000)))
      candidates += [Rational(whole), Rational(whole * 1000, 1001), Rational(2 * whole + 1, 2)]
      for candidate in candidates where candidate.doubleValue > 0 {
        let meant = Double(count) / candidate.doubleValue / base.seconds
        if abs(meant - Double(ticks)) <= 1 { return candidate }
      }
    }
    let length = StreamClock.length(ticks, base)
    guard length.numerator > 0, length.numerator < 1 << 40 else { return Rational(0) }
    return Rational(count * length.denominator, length.numerator)
  }
}
