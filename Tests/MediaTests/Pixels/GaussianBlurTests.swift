import Testing

@testable import Media

@Suite struct GaussianBlurTests {
  private func reference(_ source: Plane, deviation: Double) -> [Double] {
    let radius = Int(3.5 * deviation) + 2
    let weights = (-radius...radius).map {
      DeterministicMath.exp(-0.5 * Double($0 * $0) / (deviation * deviation))
    }
    let sum = weights.reduce(0, +)
    let (width, height) = (source.width, source.height)
    var rows = [Double](repeating: 0, count: width * height)
    var result = rows
    for y in 0..<height {
      for x in 0..<width {
        for (index, weight) in weights.enumerated() {
          let column = min(max(x + index - radius, 0), width - 1)
          rows[y * width + x] += weight / sum * Double(source[column, y])
        }
      }
    }
    for y in 0..<height {
      for x in 0..<width {
        for (index, weight) in weights.enumerated() {
          let row = min(max(y + index - radius, 0), height - 1)
          result[y * width + x] += weight / sum * rows[row * width + x]
        }
      }
    }
    return result
  }

  @Test("equals the exact Gaussian", arguments: [(0.8, 1.0), (2.5, 1.5), (5, 2), (9, 3), (20, 4)])
  func exact(deviation: Double, tolerance: Double) {
    let plane = PixelReference.plane(width: 60, height: 37)
    let expected = reference(plane, deviation: deviation)
    GaussianBlur(width: 60, height: 37, deviation: deviation).apply(to: plane)
    #expect(PixelReference.largestDifference(plane, expected) <= tolerance)
  }

  @Test("a flat plane stays flat at any size", arguments: [(1, 1), (3, 5), (17, 9), (200, 2)])
  func flat(size: (Int, Int)) {
    for deviation in [0, 0.1, 1, 7, 60] {
      let plane = Plane(width: size.0, height: size.1, filledWith: 99)
      GaussianBlur(width: size.0, height: size.1, deviation: deviation).apply(to: plane)
      #expect(plane.samples.allSatisfy { $0 == 99 })
    }
  }

  @Test("the exponential and the angles are exact enough")
  func mathematics() {
    #expect(abs(DeterministicMath.exp(-1) - 0.367_879_441_171_442_3) < 1e-15)
    #expect(abs(DeterministicMath.exp(-20) - 2.061_153_622_438_558e-9) < 1e-21)
    #expect(DeterministicMath.exp(0) == 1)
    for quarter in -5...5 {
      let (sine, cosine) = DeterministicMath.sineCosine(degrees: Double(quarter * 90))
      #expect(sine == [0, 1, 0, -1][(quarter + 8) % 4])
      #expect(cosine == [1, 0, -1, 0][(quarter + 8) % 4])
    }
    let (sine, cosine) = DeterministicMath.sineCosine(degrees: 30)
    #expect(abs(sine - 0.5) < 1e-15)
    #expect(abs(cosine - 0.866_025_403_784_438_6) < 1e-15)
  }
}
