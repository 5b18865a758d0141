internal import SceneDocument

/// How music gives way to speech: a curve computed from where the speech is, not a compressor.
///
/// The ramp down takes `attack` and *ends* where speech begins, so that the first word already stands over
/// lowered music; the ramp up begins where speech ends and takes `release`. Gaps of less than 300 ms are
/// bridged. Ramps are straight in decibels, which is even to the ear. Where the ramp up of one stretch meets
/// the ramp down of the next they are cut at their crossing.
enum Ducking {
  static let bridgedSeconds = 0.3

  /// The stretches with gaps of less than 300 ms closed, in order.
  static func bridged(_ windows: [Range<Int64>], rate: Int) -> [Range<Int64>] {
    let gap = Int64(bridgedSeconds * Double(rate))
    var joined: [Range<Int64>] = []
    for window in windows.sorted(by: { $0.lowerBound < $1.lowerBound }) where !window.isEmpty {
      if let last = joined.last, window.lowerBound - last.upperBound < gap {
        joined[joined.count - 1] =
          last.lowerBound..<max(last.upperBound, window.upperBound)
      } else {
        joined.append(window)
      }
    }
    return joined
  }

  /// The curve over `speech`, which is in order and bridged; positions are programme samples.
  static func curve(_ duck: SoundClip.Duck, speech: [Range<Int64>], rate: Int) -> GainCurve {
    let depth = min(duck.byDB, 0)
    let attack = Int64((max(duck.attackMS, 0) * Double(rate) / 1000).rounded())
    let release = Int64((max(duck.releaseMS, 0) * Double(rate) / 1000).rounded())
    var curve = GainCurve()
    guard depth < 0 else { return curve }
    for (index, window) in speech.enumerated() {
      let (start, end) = (window.lowerBound, window.upperBound)
      if index == 0 { curve.append(start - max(attack, 1), 0) }
      curve.append(start, depth)
      curve.append(end, depth)
      guard index + 1 < speech.count else {
        curve.append(end + max(release, 1), 0)
        break
      }
      let next = speech[index + 1].lowerBound
      if end + release <= next - attack {
        curve.append(end + max(release, 1), 0)
        curve.append(next - max(attack, 1), 0)
      } else {
        // Both ramps have risen by the same share of the depth where they cross.
        let share = Double(next - end) / Double(attack + release)
        curve.append(end + Int64(share * Double(release)), depth * (1 - share))
      }
    }
    return curve
  }

  /// Where a clip's own list says words are spoken, in programme samples within the clip.
  static func windows(of clip: SoundClip, words: [SoundClip.SpeechWindow], rate: Int)
    -> [Range<Int64>]
  {
    let end = clip.start + clip.count
    return words.compactMap { word in
      func place(_ microseconds: Int64) -> Int64 {
        let samples = Double(
          Int64.samples(microseconds: microseconds - clip.sourceStart, rate: rate))
        let stretched = samples / clip.rate.doubleValue
        return min(max(clip.start + Int64(stretched.rounded()), clip.start), end)
      }
      let (from, to) = (place(word.from), place(min(word.to, clip.sourceEnd)))
      return from < to ? from..<to : nil
    }
  }
}
