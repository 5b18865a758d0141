/// Measures of interleaved sound that need every sample.
public enum SoundMeasures {
  /// The samples' bytes, the low byte of each first: what hashes of sound are made of.
  public static func bytes(of samples: [Float]) -> [UInt8] {
    #if _endian(little)
      return unsafe samples.withUnsafeBytes { unsafe [UInt8]($0) }
    #else
      return samples.flatMap { sample in
        (0..<4).map { UInt8(truncatingIfNeeded: sample.bitPattern >> (8 * $0)) }
      }
    #endif
  }

  /// Mean and effective value of each channel in each of `count` equal stretches of `samples`.
  ///
  /// Both in units of 2⁻¹⁵, the mean shifted up by 32 768, limited to what 16 bits hold: mean and effective value
  /// of the first channel, those of the second, and so on, stretch by stretch.
  public static func levels(of samples: [Float], channels: Int, count: Int) -> [UInt16] {
    let frames = samples.count / channels
    var levels: [UInt16] = []
    levels.reserveCapacity(2 * channels * count)
    for window in 0..<count {
      let (from, to) = (window * frames / count, (window + 1) * frames / count)
      for channel in 0..<channels {
        var (sum, squares) = (0.0, 0.0)
        for frame in from..<to {
          let value = Double(samples[frame * channels + channel])
          sum += value
          squares += value * value
        }
        let length = Double(max(to - from, 1))
        levels.append(code(sum / length * 32768 + 32768))
        levels.append(code((squares / length).squareRoot() * 32768))
      }
    }
    return levels
  }

  private static func code(_ value: Double) -> UInt16 {
    value.isFinite ? UInt16(min(max(value.rounded(), 0), 65535)) : 65535
  }
}
