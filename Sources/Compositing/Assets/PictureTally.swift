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
    let constant = isVariable ? nil : constantRate(gaps: gaps.count, span: span, tail: tail)
    let length = length(span + tail, of: sorted, constant: constant)
    return Summary(
      frames: sorted.count, first: first, isVariableRate: isVariable,
      rate: constant ?? meanRate(sorted.count, length), length: length)
  }

  /// Seconds of `ticks`. Matroska's milliseconds are put back onto the grid of frames that they were rounded
  /// from, so that the length is a whole number of frames again.
  private func length(_ ticks: Int64, of sorted: [Int64], constant: Rational?) -> Rational {
    for rate in [constant, statedRate].compactMap({ $0 }) {
      let step = 1 / rate.doubleValue / stream.timeBase.seconds
      // On finer ticks nothing was rounded, on coarser ones anything fits.
      guard 8...400 ~= step else { continue }
      func offGrid(_ time: Int64) -> Double {
        let steps = Double(time) / step
        return abs(steps - steps.rounded()) * step
      }
      let fits = sorted.allSatisfy { offGrid($0 - sorted[0]) <= 1 } && offGrid(ticks) <= 2
      if fits { return Rational(Int64((Double(ticks) / step).rounded())) / rate }
    }
    return StreamClock.length(ticks, stream.timeBase)
  }

  /// The container's rate; nil where it has none, or one that no camera and no editor makes.
  private var statedRate: Rational? {
    guard let stated = stream.averageFrameRate, stated.denominator <= 10_000 else { return nil }
    let rate = Rational(Int64(stated.numerator), Int64(stated.denominator))
    return rate > .zero && rate < Rational(10_000) ? rate : nil
  }

  private func meanRate(_ frames: Int, _ length: Rational) -> Rational {
    guard length > .zero else { return .zero }
    let exact = Rational(Int64(frames)) / length
    if exact.denominator <= 1_000_000 { return exact }
    return Rational(Int64((min(exact.doubleValue, 1e9) * 1000).rounded()), 1000)
  }

  struct Summary {
    var frames: Int
    /// Ticks of the first frame.
    var first: Int64
    var isVariableRate: Bool
    /// Mean frames a second.
    var rate: Rational
    /// Seconds from the first frame's time to the end of the last.
    var length: Rational
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

  /// The rate that was meant where rounding of times hides it; nil when the times fit none of the usual.
  private func constantRate(gaps: Int, span: Int64, tail: Int64) -> Rational? {
    let base = stream.timeBase
    let (count, ticks) = gaps > 0 ? (Double(gaps), span) : (1, tail)
    guard ticks > 0, base.numerator > 0 else { return nil }
    let exact = count / (Double(ticks) * base.seconds)
    let whole = Int64(max(1, min(exact.rounded(), 1000)))
    let usual = [Rational(whole), Rational(whole * 1000, 1001), Rational(2 * whole + 1, 2)]
    return ([statedRate].compactMap { $0 } + usual).first { candidate in
      abs(count / candidate.doubleValue / base.seconds - Double(ticks)) <= 1
    }
  }
}
