/// The inner loop of a true-peak meter: magnitudes of a wave between its samples.
public enum SoundPeak {
  /// The highest magnitude of `samples[range]` and of the points between them that `phases` interpolate.
  ///
  /// Each of the three phases has `2 × half` taps, of which the first meets the sample `half − 1` before;
  /// `samples` holds `half` more on both sides of `range`. The order of summing is the same on every CPU.
  public static func highest(
    in samples: [Float], _ range: Range<Int>, phases: [[Float]], half: Int
  ) -> Float {
    precondition(phases.count == 3 && phases.allSatisfy { $0.count == 2 * half })
    precondition(range.lowerBound >= half && range.upperBound + half <= samples.count)
    return unsafe samples.withUnsafeBufferPointer { samples in
      var highest: Float = 0
      var start = range.lowerBound
      while start < range.upperBound {
        // The last eight overlap those before.
        if range.count >= 8 {
          start = min(start, range.upperBound - 8)
          let found = unsafe eight(samples.baseAddress! + start, phases, half)
          highest = max(highest, found.max())
          start += 8
        } else {
          unsafe highest = max(highest, one(samples.baseAddress! + start, phases, half))
          start += 1
        }
      }
      return highest
    }
  }

  private static func eight(
    _ place: UnsafePointer<Float>, _ phases: [[Float]], _ half: Int
  ) -> SIMD8<Float> {
    func load(_ offset: Int) -> SIMD8<Float> {
      unsafe UnsafeRawPointer(place + offset).loadUnaligned(as: SIMD8<Float>.self)
    }
    var (a, b, c) = (SIMD8<Float>(), SIMD8<Float>(), SIMD8<Float>())
    let (first, second, third) = (phases[0], phases[1], phases[2])
    for tap in 0..<2 * half {
      let samples = load(tap - half + 1)
      a += samples * first[tap]
      b += samples * second[tap]
      c += samples * third[tap]
    }
    let between = pointwiseMax(magnitude(a), pointwiseMax(magnitude(b), magnitude(c)))
    return pointwiseMax(magnitude(load(0)), between)
  }

  private static func one(
    _ place: UnsafePointer<Float>, _ phases: [[Float]], _ half: Int
  ) -> Float {
    var highest = unsafe abs(place[0])
    for taps in phases {
      var sum: Float = 0
      for tap in 0..<2 * half { sum += unsafe place[tap - half + 1] * taps[tap] }
      highest = max(highest, abs(sum))
    }
    return highest
  }

  private static func magnitude(_ values: SIMD8<Float>) -> SIMD8<Float> {
    pointwiseMax(values, 0 - values)
  }
}
