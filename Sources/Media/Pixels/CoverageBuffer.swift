/// Which points of outlines that wind around them are inside.
public enum FillRule: Sendable, Hashable { case nonZero, evenOdd }

/// How much of each pixel outlines cover, by the exact area of the lines on their grid of 1/1024 pixel.
///
/// Each line adds to the pixels it passes what it covers to its right; summed from left to right that is the coverage of
/// every pixel. A bit for each sixteen pixels says where lines passed; between them coverage does not change, and the
/// inside of a shape is filled without being looked at. All is whole numbers. Zero between two fills.
@safe
final class CoverageBuffer {
  static let block = 16
  /// A pixel that is covered once.
  static let full: Int32 = 1 << 21

  let width: Int
  let height: Int
  private let stride: Int
  private let cells: UnsafeMutablePointer<Int32>
  private let marksPerRow: Int
  private let marks: UnsafeMutablePointer<UInt64>
  /// Rows that lines have passed.
  private(set) var rows: Range<Int> = 0..<0

  init(width: Int, height: Int) {
    (self.width, self.height) = (width, height)
    stride = (width + 2 + 15) & ~15
    marksPerRow = (stride / Self.block + 63) / 64
    unsafe cells = .allocate(capacity: stride * height)
    unsafe cells.initialize(repeating: 0, count: stride * height)
    unsafe marks = .allocate(capacity: marksPerRow * height)
    unsafe marks.initialize(repeating: 0, count: marksPerRow * height)
  }

  deinit {
    unsafe cells.deallocate()
    unsafe marks.deallocate()
  }

  /// Adds outlines, moved by whole pixels.
  func add(_ outline: FlatOutline, x: Int = 0, y: Int = 0) {
    let one = FlatOutline.one
    let bottom = height &* one
    let (left, top) = (x &* one, y &* one)
    var (first, last) = (Int.max, Int.min)
    for line in outline.lines {
      var (x0, y0) = (Int(line.x) &+ left, Int(line.y) &+ top)
      var (x1, y1) = (Int(line.z) &+ left, Int(line.w) &+ top)
      let sign: Int32 = y0 < y1 ? 1 : -1
      if sign < 0 { (x0, y0, x1, y1) = (x1, y1, x0, y0) }
      if y1 <= 0 || y0 >= bottom { continue }
      let (dx, dy) = (x1 &- x0, y1 &- y0)
      if y1 > bottom {
        x1 = x0 &+ Self.divide((bottom &- y0) &* dx, dy).quotient
        y1 = bottom
      }
      if y0 < 0 {
        x0 = x0 &+ Self.divide(-y0 &* dx, dy).quotient
        y0 = 0
      }
      if y0 == y1 { continue }
      first = min(first, y0 >> 10)
      last = max(last, (y1 &- 1) >> 10)
      walk(x0, y0, x1, y1, sign)
    }
    if first <= last {
      rows =
        rows.isEmpty
        ? first..<last + 1 : min(rows.lowerBound, first)..<max(rows.upperBound, last + 1)
    }
  }

  /// Row by row down a line that lies inside the rows.
  private func walk(_ x0: Int, _ y0: Int, _ x1: Int, _ y1: Int, _ sign: Int32) {
    let one = FlatOutline.one
    let (firstRow, lastRow) = (y0 >> 10, (y1 &- 1) >> 10)
    if firstRow == lastRow {
      return pass(firstRow, x0, x1, y1 &- y0, sign)
    }
    let (dx, dy) = (x1 &- x0, y1 &- y0)
    let begin = one &- (y0 & 1023)
    var (x, rest) = Self.divide(begin &* dx, dy)
    x = x &+ x0
    pass(firstRow, x0, x, begin, sign)
    let step = Self.divide(one &* dx, dy)
    for row in firstRow &+ 1..<lastRow {
      var next = x &+ step.quotient
      rest = rest &+ step.remainder
      if rest >= dy {
        rest = rest &- dy
        next = next &+ 1
      }
      pass(row, x, next, one, sign)
      x = next
    }
    pass(lastRow, x, x1, y1 &- lastRow &* one, sign)
  }

  /// A line within one row, from `xa` to `xb`, `dy` high. What is left of the picture counts at its edge, what is right
  /// of it not at all.
  @inline(__always)
  private func pass(_ row: Int, _ xa: Int, _ xb: Int, _ dy: Int, _ sign: Int32) {
    let right = width &* FlatOutline.one
    var (low, high, dy) = xa < xb ? (xa, xb, dy) : (xb, xa, dy)
    if low >= right { return }
    let line = unsafe cells + row &* stride
    if low < 0 {
      if high <= 0 {
        unsafe line[0] &+= sign &* Int32(truncatingIfNeeded: dy &* 2048)
        return mark(row, 0, 0)
      }
      let outside = (-low &* dy) / (high &- low)
      unsafe line[0] &+= sign &* Int32(truncatingIfNeeded: outside &* 2048)
      mark(row, 0, 0)
      dy = dy &- outside
      low = 0
    }
    if high > right {
      dy = (right &- low) &* dy / (high &- low)
      high = right
    }
    let (first, last) = (low >> 10, high >> 10)
    mark(row, first, last &+ 1)
    if first == last {
      let area = dy &* ((low & 1023) &+ (high & 1023))
      unsafe add(line + first, dy, area, sign)
    } else {
      unsafe across(line, low, high, dy, sign)
    }
  }

  /// From pixel to pixel, left to right.
  private func across(
    _ line: UnsafeMutablePointer<Int32>, _ low: Int, _ high: Int, _ dy: Int, _ sign: Int32
  ) {
    let (first, last, dx) = (low >> 10, high >> 10, high &- low)
    let begin = (1024 &- (low & 1023)) &* dy
    var part = begin / dx
    var rest = begin &- part &* dx
    unsafe add(line + first, part, part &* ((low & 1023) &+ 1024), sign)
    var left = dy &- part
    let step = 1024 &* dy
    let (quotient, remainder) = (step / dx, step % dx)
    for column in first &+ 1..<last {
      part = quotient
      rest = rest &+ remainder
      if rest >= dx {
        rest = rest &- dx
        part = part &+ 1
      }
      left = left &- part
      unsafe add(line + column, part, part &* 1024, sign)
    }
    unsafe add(line + last, left, left &* (high & 1023), sign)
  }

  @inline(__always)
  private func add(_ cell: UnsafeMutablePointer<Int32>, _ dy: Int, _ area: Int, _ sign: Int32) {
    unsafe cell[0] &+= sign &* Int32(truncatingIfNeeded: dy &* 2048 &- area)
    unsafe cell[1] &+= sign &* Int32(truncatingIfNeeded: area)
  }

  @inline(__always)
  private func mark(_ row: Int, _ first: Int, _ last: Int) {
    let words = unsafe marks + row &* marksPerRow
    for block in first >> 4...last >> 4 {
      unsafe words[block >> 6] |= 1 &<< UInt64(truncatingIfNeeded: block & 63)
    }
  }

  /// Quotient rounded down and a remainder of at least 0; `divisor` is greater than 0.
  @inline(__always)
  private static func divide(_ value: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
    let quotient = value / divisor
    let remainder = value &- quotient &* divisor
    return remainder < 0 ? (quotient &- 1, remainder &+ divisor) : (quotient, remainder)
  }

  /// Hands out what covers each row, and forgets it.
  ///
  /// `body` gets a row, the columns, and their coverage: in `values` (as many as columns), or the same for all.
  func sweep(
    _ rule: FillRule,
    _ body: (_ row: Int, _ columns: Range<Int>, _ values: UnsafePointer<UInt8>?, _ same: UInt8) ->
      Void
  ) {
    let blocks = (width &+ 15) / 16
    unsafe withUnsafeTemporaryAllocation(of: UInt8.self, capacity: stride) { values in
      let values = values.baseAddress!
      for row in rows {
        var sum: Int32 = 0
        var block = 0
        while block < blocks {
          let begin = block
          if isMarked(row, block) {
            repeat {
              unsafe sum = take(row, block, from: sum, rule, into: values + 16 &* block)
              block = block &+ 1
            } while block < blocks && isMarked(row, block)
            unsafe body(row, 16 &* begin..<min(16 &* block, width), values + 16 &* begin, 0)
          } else {
            repeat { block = block &+ 1 } while block < blocks && !isMarked(row, block)
            let same = UInt8(truncatingIfNeeded: Self.coverage(sum, rule))
            if same > 0 { body(row, 16 &* begin..<min(16 &* block, width), nil, same) }
          }
        }
        forget(row)
      }
    }
    rows = 0..<0
  }

  @inline(__always)
  private func isMarked(_ row: Int, _ block: Int) -> Bool {
    let word = unsafe marks[row &* marksPerRow &+ block >> 6]
    return word &>> UInt64(truncatingIfNeeded: block & 63) & 1 != 0
  }

  @inline(__always)
  private func take(
    _ row: Int, _ block: Int, from sum: Int32, _ rule: FillRule,
    into values: UnsafeMutablePointer<UInt8>
  ) -> Int32 {
    let line = unsafe cells + (row &* stride &+ 16 &* block)
    var sum = sum
    for x in 0..<16 {
      unsafe sum &+= line[x]
      unsafe line[x] = 0
      unsafe values[x] = UInt8(truncatingIfNeeded: Self.coverage(sum, rule))
    }
    return sum
  }

  /// Blocks right of the picture, where only sums end up, and the marks.
  private func forget(_ row: Int) {
    for x in width..<stride { unsafe cells[row &* stride &+ x] = 0 }
    for word in 0..<marksPerRow { unsafe marks[row &* marksPerRow &+ word] = 0 }
  }

  @inline(__always)
  private static func coverage(_ sum: Int32, _ rule: FillRule) -> Int32 {
    var part = sum < 0 ? 0 &- sum : sum
    if rule == .evenOdd {
      part &= 2 &* full &- 1
      if part > full { part = 2 &* full &- part }
    }
    return (min(part, full) &* 255 &+ full / 2) >> 21
  }
}
