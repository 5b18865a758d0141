/// The filter of one axis of a resize: for each output sample, where to read and with which weights.
///
/// Weights are Int16 with 14 fractional bits. They are rounded with the error carried on to the next, so
/// that those of one output sample always sum to exactly 1 and a flat area stays exactly flat. All
/// arithmetic on the way is `+ - * /` on Doubles, which every CPU rounds alike.
struct FilterBank {
  enum Kernel: Equatable {
    /// Cubic convolution with B = 0, C = 0.6 (swscale's own default, a little crisper than Catmull-Rom),
    /// widened when shrinking so that nothing aliases.
    case bicubic
    /// A Gaussian of this standard deviation in source samples: a blur.
    case gaussian(deviation: Double)
  }

  static let one = 1 << 14

  /// Output samples.
  let count: Int
  /// Weights stored for each output sample: 4 or a multiple of 8. Those after `usedTaps` are zero.
  let taps: Int
  /// Weights that can be other than zero, rounded up to an even number.
  let usedTaps: Int
  /// The source sample of the first weight of each output sample, ascending, possibly outside.
  let positions: [Int32]
  let weights: [Int16]
  /// Set when each output sample is simply the source sample this far to the right.
  let copyOffset: Int?

  /// A filter that reads `length` source samples from `origin` on (edge coordinates) and gives `count`.
  init(
    origin: Double, length: Double, sourceCount: Int, count: Int, kernel: Kernel = .bicubic
  ) {
    precondition(length > 0 && count > 0 && sourceCount > 0, "a resize reads and gives samples")
    let step = length / Double(count)
    let widening = max(1, step)
    let radius: Double =
      switch kernel {
      case .bicubic: 2 * widening
      case .gaussian(let deviation): max(1, (3 * max(deviation, 0.01)).rounded(.up))
      }
    let used = (Int((2 * radius).rounded(.up)) + 1) & ~1
    let stored = used <= 4 ? 4 : (used + 7) & ~7
    self.count = count
    taps = stored
    usedTaps = used
    // A window that meets whole samples at scale 1 is a copy; the slack covers rounding of the window.
    let rounded = origin.rounded()
    let isCopy = kernel == .bicubic && abs(step - 1) < 1e-9 && abs(origin - rounded) < 1e-6
    copyOffset = isCopy ? Int(rounded) : nil

    let lowest = Double(-stored)
    let highest = Double(sourceCount)
    var positions = [Int32](repeating: 0, count: count)
    var weights = [Int16](repeating: 0, count: count * stored)
    var exact = [Double](repeating: 0, count: used)
    unsafe positions.withUnsafeMutableBufferPointer { positions in
      unsafe weights.withUnsafeMutableBufferPointer { weights in
        unsafe exact.withUnsafeMutableBufferPointer { exact in
          for index in 0..<count {
            let centre = origin + (Double(index) + 0.5) * step - 0.5
            let first = (centre - radius).rounded(.down) + 1
            // Far outside every sample read is the same edge sample.
            unsafe positions[index] = Int32(min(max(first, lowest), highest))
            switch kernel {
            case .bicubic:
              unsafe Self.bicubic(exact, distance: first - centre, widening: widening)
            case .gaussian(let deviation):
              unsafe Self.gaussian(exact, distance: first - centre, deviation: deviation)
            }
            unsafe Self.quantise(exact, to: weights.baseAddress! + index * stored)
          }
        }
      }
    }
    self.positions = positions
    self.weights = weights
  }

  /// `distance` is that of the first weight from the centre of the output sample.
  private static func bicubic(
    _ exact: UnsafeMutableBufferPointer<Double>, distance: Double, widening: Double
  ) {
    let scale = 1 / widening
    for tap in 0..<exact.count {
      let x = abs((distance + Double(tap)) * scale)
      let weight: Double =
        if x < 1 {
          (1.4 * x - 2.4) * x * x + 1
        } else if x < 2 {
          ((-0.6 * x + 3) * x - 4.8) * x + 2.4
        } else {
          0
        }
      unsafe exact[tap] = weight
    }
  }

  private static func gaussian(
    _ exact: UnsafeMutableBufferPointer<Double>, distance: Double, deviation: Double
  ) {
    let scale = 1 / max(deviation, 0.01)
    for tap in 0..<exact.count {
      let x = (distance + Double(tap)) * scale
      unsafe exact[tap] = DeterministicMath.exp(-0.5 * x * x)
    }
  }

  private static func quantise(
    _ exact: UnsafeMutableBufferPointer<Double>, to weights: UnsafeMutablePointer<Int16>
  ) {
    var sum = 0.0
    for tap in 0..<exact.count { unsafe sum += exact[tap] }
    let scale = Double(one) / sum
    var error = 0.0
    var total = 0
    var largest = 0
    for tap in 0..<exact.count {
      let wanted = unsafe exact[tap] * scale + error
      // Adding and subtracting 1.5·2^52 rounds to the nearest integer, faster than a call.
      let rounded = (wanted + 6_755_399_441_055_744) - 6_755_399_441_055_744
      error = wanted - rounded
      let weight = Int(rounded)
      unsafe weights[tap] = Int16(truncatingIfNeeded: weight)
      total += weight
      if unsafe weight > Int(weights[largest]) { largest = tap }
    }
    unsafe weights[largest] += Int16(truncatingIfNeeded: one - total)
  }
}
