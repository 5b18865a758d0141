@testable import Media

/// Small pictures and slow, obvious versions of the kernels in Double arithmetic.
enum PixelReference {
  /// Smooth content with an edge and a little noise, the same every time.
  static func plane(width: Int, height: Int, seed: UInt32 = 1) -> Plane {
    var state = seed &* 2_654_435_761 &+ 12345
    let plane = Plane(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        state = state &* 1_664_525 &+ 1_013_904_223
        let slope = 90 + 3 * x + 2 * y + (x > width / 2 ? 60 : 0)
        plane[x, y] = UInt8(min(max(slope + Int(state >> 27) - 16, 16), 240))
      }
    }
    return plane
  }

  /// Any values from 0 to 255.
  static func noise(width: Int, height: Int, seed: UInt32 = 1) -> Plane {
    var state = seed &* 2_654_435_761 &+ 12345
    let plane = Plane(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width {
        state = state &* 1_664_525 &+ 1_013_904_223
        plane[x, y] = UInt8(state >> 24)
      }
    }
    return plane
  }

  static func bitmap(width: Int, height: Int, alpha: Bool, seed: UInt32 = 1) -> Bitmap {
    Bitmap(
      luma: plane(width: width, height: height, seed: seed),
      cb: plane(width: width, height: height, seed: seed + 1),
      cr: plane(width: width, height: height, seed: seed + 2),
      alpha: alpha ? noise(width: width, height: height, seed: seed + 3) : nil)
  }

  /// Two-dimensional sum over all samples in reach, edges repeated.
  static func resize(_ source: Plane, window: SourceWindow, width: Int, height: Int) -> [Double] {
    let steps = (window.width / Double(width), window.height / Double(height))
    func weights(_ centre: Double, _ step: Double) -> [(Int, Double)] {
      let wide = max(1, step)
      let first = Int((centre - 2 * wide).rounded(.down))
      let taps = (first...(first + Int(4 * wide) + 2)).map {
        ($0, cubic((Double($0) - centre) / wide))
      }
      let sum = taps.reduce(0) { $0 + $1.1 }
      return taps.map { ($0.0, $0.1 / sum) }
    }
    var result: [Double] = []
    for y in 0..<height {
      let rows = weights(window.y + (Double(y) + 0.5) * steps.1 - 0.5, steps.1)
      for x in 0..<width {
        let columns = weights(window.x + (Double(x) + 0.5) * steps.0 - 0.5, steps.0)
        var sum = 0.0
        for (row, rowWeight) in rows {
          for (column, weight) in columns {
            let sample = source[
              min(max(column, 0), source.width - 1), min(max(row, 0), source.height - 1)]
            sum += rowWeight * weight * Double(sample)
          }
        }
        result.append(min(max(sum, 0), 255))
      }
    }
    return result
  }

  private static func cubic(_ distance: Double) -> Double {
    let x = abs(distance)
    if x < 1 { return 1.4 * x * x * x - 2.4 * x * x + 1 }
    if x < 2 { return -0.6 * x * x * x + 3 * x * x - 4.8 * x + 2.4 }
    return 0
  }

  static func largestDifference(_ plane: Plane, _ expected: [Double]) -> Double {
    zip(plane.samples, expected).map { abs(Double($0) - $1) }.max() ?? 0
  }
}

/// A 4:2:0 picture that owns its planes.
struct TestCanvas {
  let luma: Plane
  let cb: Plane
  let cr: Plane

  init(width: Int, height: Int, filledWith colour: Colour) {
    let size = ChromaGrid.left420.chromaSize(width: width, height: height)
    luma = Plane(width: width, height: height, filledWith: colour.luma)
    cb = Plane(width: size.width, height: size.height, filledWith: colour.cb)
    cr = Plane(width: size.width, height: size.height, filledWith: colour.cr)
  }

  init(noiseOfWidth width: Int, height: Int) {
    let size = ChromaGrid.left420.chromaSize(width: width, height: height)
    luma = PixelReference.noise(width: width, height: height, seed: 11)
    cb = PixelReference.noise(width: size.width, height: size.height, seed: 12)
    cr = PixelReference.noise(width: size.width, height: size.height, seed: 13)
  }

  var view: CanvasView { CanvasView(luma: luma.view, cb: cb.view, cr: cr.view) }
  var samples: [[UInt8]] { [luma.samples, cb.samples, cr.samples] }
}
