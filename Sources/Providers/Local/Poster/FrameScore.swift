internal import Media

/// How well a frame stands for a film, by its lightness alone.
struct FrameScore {
  private static let columns = 96
  private static let rows = 54
  /// Means of cells in reading order.
  private let cells: [Double]

  init(_ canvas: Canvas) {
    var sums = [Int](repeating: 0, count: Self.columns * Self.rows)
    var counts = sums
    for y in stride(from: 0, to: canvas.height, by: max(1, canvas.height / (3 * Self.rows))) {
      let row = y * Self.rows / canvas.height
      canvas.withRow(y, ofPlane: 0) { line in
        for x in stride(from: 0, to: line.count, by: max(1, line.count / (3 * Self.columns))) {
          let cell = row * Self.columns + x * Self.columns / line.count
          sums[cell] += Int(line[x])
          counts[cell] += 1
        }
      }
    }
    cells = zip(sums, counts).map { Double($0) / Double(max($1, 1)) }
  }

  private var mean: Double { cells.reduce(0, +) / Double(cells.count) }

  /// Differences of neighbours, most in pictures of many things.
  private var detail: Double {
    var sum = 0.0
    for row in 0..<Self.rows {
      for column in 1..<Self.columns {
        let at = row * Self.columns + column
        sum += min(abs(cells[at] - cells[at - 1]), 40)
      }
    }
    return sum / Double(cells.count)
  }

  private var contrast: Double {
    let mean = mean
    let variance = cells.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(cells.count)
    return variance.squareRoot()
  }

  /// Larger is better. `later` is the picture a moment after: where much changes there is a transition, or a face in the
  /// middle of a movement.
  func value(later: FrameScore) -> Double {
    let change = zip(cells, later.cells).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(cells.count)
    // Nearly black and nearly white frames say nothing.
    let light = min(1, max(0, mean - 22) / 40) * min(1, max(0, 236 - mean) / 16)
    return (contrast + 4 * detail) * light / (1 + max(0, change - 1.5) / 3)
  }
}
