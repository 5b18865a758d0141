internal import Foundation
internal import Media

/// Compares a film's sound with the recorded one.
struct SoundComparison {
  private let golden: Golden
  private let tier: Verdict.Tier
  private let bounds: ToleranceBounds

  init(_ golden: Golden, tier: Verdict.Tier, bounds: ToleranceBounds) {
    (self.golden, self.tier, self.bounds) = (golden, tier, bounds)
  }

  /// Nil when the sound is one of the accepted ones, or there is none and was none.
  func finding(_ measure: SoundMeasure?) -> SoundFinding? {
    switch (golden.reference.sound, measure) {
    case (nil, nil): return nil
    case (_?, nil): return lost(isMissing: true, "the film has no sound any more")
    case (nil, _?): return lost(isMissing: false, "the film has sound where there was none")
    case (let note?, let measure?):
      if note.accepts(measure.note.digest) { return nil }
      return finding(note, measure)
    }
  }

  private func lost(isMissing: Bool, _ text: String) -> SoundFinding {
    SoundFinding(
      isAccepted: false, isMissing: isMissing, isNew: !isMissing, firstSecond: nil,
      differingSeconds: 0, distanceDB: nil, shiftMS: nil, gainDB: nil, text: text)
  }

  private func finding(_ note: Reference.SoundNote, _ measure: SoundMeasure) -> SoundFinding {
    let now = measure.note
    guard note.rate == now.rate, note.channels == now.channels, note.samples == now.samples else {
      return SoundFinding(
        isAccepted: false, isMissing: false, isNew: false, firstSecond: nil, differingSeconds: 0,
        distanceDB: nil, shiftMS: nil, gainDB: nil,
        text:
          "the sound has \(now.samples) samples of \(now.channels) channels at \(now.rate) Hz, the golden \(note.samples) of \(note.channels) at \(note.rate) Hz"
      )
    }
    let seconds = zip(note.seconds, now.seconds).enumerated().filter { $1.0 != $1.1 }.map(\.offset)
    let most = zip(golden.sound.values, measure.table.values).reduce(0) {
      max($0, abs(Int($1.0) - Int($1.1)))
    }
    let isAccepted = tier == .tolerant && Double(most) <= bounds.levelDistance
    let distance = most == 0 ? nil : 20 * log10(Double(most) / 32768)
    let (shift, gain) = cause(golden.sound.envelope, measure.table.envelope)
    var found = SoundFinding(
      isAccepted: isAccepted, isMissing: false, isNew: false, firstSecond: seconds.first,
      differingSeconds: seconds.count, distanceDB: distance, shiftMS: shift, gainDB: gain,
      text: text(seconds, distance, shift, gain))
    found.levels = (
      Self.outline(golden.sound.envelope), Self.outline(measure.table.envelope)
    )
    return found
  }

  /// The loudest stretch of each of at most 600 parts, for a drawing.
  private static func outline(_ envelope: [Double]) -> [Double] {
    let parts = min(600, envelope.count)
    return (0..<parts).map { part in
      let stretch = envelope[part * envelope.count / parts..<(part + 1) * envelope.count / parts]
      return min((stretch.max() ?? 0) / 32768, 1)
    }
  }

  private func text(
    _ seconds: [Int], _ distance: Double?, _ shift: Double?, _ gain: Double?
  ) -> String {
    var text = "the sound differs"
    if let first = seconds.first {
      text +=
        seconds.count == 1
        ? " in second \(first)" : " in \(seconds.count) seconds from second \(first) on"
    }
    if let distance { text += ", by up to \(Self.number(distance)) dBFS" }
    if let shift, shift != 0 {
      text += ": it comes \(Self.number(abs(shift))) ms \(shift > 0 ? "later" : "earlier")"
    } else if let gain {
      text += ": it is \(Self.number(abs(gain))) dB \(gain > 0 ? "louder" : "quieter")"
    }
    return text
  }

  private static func number(_ value: Double) -> String {
    let tenths = Int((value * 100).rounded())
    return "\(Double(tenths) / 100)"
  }

  /// What turns the envelope of old into new: a shift in steps of 5 ms up to a quarter second, or a gain.
  private func cause(_ old: [Double], _ new: [Double]) -> (shiftMS: Double?, gainDB: Double?) {
    guard old.count == new.count, old.count > 4 else { return (nil, nil) }
    func error(_ shift: Int, _ gain: Double) -> Double {
      var sum = 0.0
      for index in old.indices {
        let source = index - shift
        let value = old.indices.contains(source) ? old[source] * gain : 0
        sum += abs(new[index] - value)
      }
      return sum
    }
    let plain = error(0, 1)
    if plain < 1 { return (nil, nil) }
    let (a, b) = (old.reduce(0) { $0 + $1 * $1 }, new.reduce(0) { $0 + $1 * $1 })
    let gain = a > 0 && b > 0 ? (b / a).squareRoot() : 1
    if error(0, gain) < plain / 10 { return (nil, 20 * log10(gain)) }
    let steps = SoundTable.perSecond / 4
    let best = (-steps...steps).min { error($0, 1) < error($1, 1) } ?? 0
    if best != 0, error(best, 1) < plain / 4 {
      return (Double(best) * 1000 / Double(SoundTable.perSecond), nil)
    }
    return (nil, nil)
  }
}
