internal import Workflows

/// A stretch of time over cells of a line.
struct TimeScale {
  let from: Int64
  let span: Int64
  let cells: Int

  init(from: Int64, until: Int64, cells: Int) {
    self.from = from
    span = max(1, until - from)
    self.cells = max(1, cells)
  }

  /// The cells from one instant to another; at least one. Nil ends at the last cell.
  func range(_ start: Int64, _ end: Int64?) -> Range<Int> {
    let first = min(cells - 1, cell(start))
    let last = end.map { min(cells, cellAfter($0)) } ?? cells
    return first..<max(first + 1, last)
  }

  private func cell(_ instant: Int64) -> Int {
    Int(Double(max(0, instant - from)) / Double(span) * Double(cells))
  }

  /// A bar ends where the next one can begin, so that steps one after another do not overlap.
  private func cellAfter(_ instant: Int64) -> Int {
    Int((Double(max(0, instant - from)) / Double(span) * Double(cells)).rounded())
  }

  // MARK: Ticks

  struct Tick: Equatable {
    var cell: Int
    var label: String
  }

  /// As many as there is room for, at round times after the beginning.
  var ticks: [Tick] {
    let step = Self.steps.first { fits($0) } ?? span
    return stride(from: 0, to: span, by: Int(step)).map {
      Tick(cell: min(cells - 1, cell(from + $0)), label: Duration.milliseconds($0).text)
    }
  }

  /// Labels of the longest kind stay two cells apart.
  private func fits(_ step: Int64) -> Bool {
    let count = span / step
    if count > Int64(cells) { return false }
    let longest = (0...count).map { Duration.milliseconds($0 * step).text.count }.max() ?? 0
    return Double(step) / Double(span) * Double(cells) >= Double(longest + 2)
  }

  private static let steps: [Int64] = [
    (1, [1, 2, 5, 10, 20, 50, 100, 200, 500]), (1_000, [1, 2, 5, 10, 15, 30]),
    (60_000, [1, 2, 5, 10, 15, 30]), (3_600_000, [1, 2, 3, 6, 12]),
    (86_400_000, [1, 2, 7, 14, 28, 56, 182, 364]),
  ].flatMap { unit, counts in counts.map { $0 * unit } }
}
