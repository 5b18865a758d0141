/// The horizontally filtered rows of a resize that are still needed, each made once.
///
/// Rows hold Int16 with 6 fractional bits, so that a picture's 0...255 and the filter's overshoot of
/// half as much again fit.
@safe
final class RowStore {
  private let filter: FilterBank
  /// The first source sample that a row needs, and how many; may reach over both edges.
  private let firstSample: Int
  private let sampleCount: Int
  private let capacity: Int
  private let rowStride: Int
  private let filtered: UnsafeMutablePointer<Int16>
  private let widenedRow: UnsafeMutablePointer<Int16>
  private let offsets: UnsafeMutablePointer<Int32>
  private var heldRows: [Int]
  private var source: PlaneView?

  /// Keeps `capacity` rows.
  init(horizontal filter: FilterBank, capacity: Int) {
    self.filter = filter
    self.capacity = capacity
    if let offset = filter.copyOffset {
      firstSample = offset
      sampleCount = filter.count
    } else {
      firstSample = Int(filter.positions[0])
      sampleCount = Int(filter.positions[filter.count - 1]) + filter.taps - firstSample
    }
    // Slack at the end lets the last vector of a row read and write whole.
    rowStride = (filter.count + 16 + 31) & ~31
    unsafe filtered = UnsafeMutablePointer.allocate(capacity: rowStride * capacity)
    unsafe filtered.initialize(repeating: 0, count: rowStride * capacity)
    unsafe widenedRow = UnsafeMutablePointer.allocate(capacity: sampleCount + 32)
    unsafe widenedRow.initialize(repeating: 0, count: sampleCount + 32)
    unsafe offsets = UnsafeMutablePointer.allocate(capacity: filter.count)
    for index in 0..<filter.count {
      unsafe offsets[index] = filter.positions[index] - Int32(firstSample)
    }
    heldRows = Array(repeating: -1, count: capacity)
  }

  deinit {
    unsafe filtered.deallocate()
    unsafe widenedRow.deallocate()
    unsafe offsets.deallocate()
  }

  /// Starts with a new plane; its rows are read until the next call.
  func begin(_ source: PlaneView) {
    self.source = source
    for slot in heldRows.indices { heldRows[slot] = -1 }
  }

  /// Row `y` of the source, filtered. Stays valid until `capacity` other rows have been asked for.
  func row(_ y: Int) -> UnsafeMutablePointer<Int16> {
    let slot = y % capacity
    let result = unsafe filtered + slot * rowStride
    guard heldRows[slot] != y, let source else { return unsafe result }
    heldRows[slot] = y
    if filter.copyOffset != nil {
      unsafe widen(source.row(y), width: source.width, shift: 6, into: result)
      return unsafe result
    }
    unsafe widen(source.row(y), width: source.width, shift: 0, into: widenedRow)
    unsafe filter.weights.withUnsafeBufferPointer { weights in
      unsafe HorizontalFilter.apply(
        widenedRow, offsets: offsets, weights: weights.baseAddress!, taps: filter.taps,
        into: result, count: filter.count)
    }
    return unsafe result
  }

  /// The needed samples of a source row as Int16, with its edges repeated.
  private func widen(
    _ samples: UnsafePointer<UInt8>, width: Int, shift: Int16,
    into result: UnsafeMutablePointer<Int16>
  ) {
    let start = min(max(-firstSample, 0), sampleCount)
    let end = max(min(width - firstSample, sampleCount), start)
    let before = unsafe Int16(samples[0]) << shift
    let after = unsafe Int16(samples[width - 1]) << shift
    for index in 0..<start { unsafe result[index] = before }
    var index = start
    let from = unsafe samples + firstSample
    let shifts = SIMD8<Int16>(repeating: shift)
    while index &+ 8 <= end {
      unsafe store(widened(load8(from + index)) &<< shifts, to: result + index)
      index &+= 8
    }
    while index < end {
      unsafe result[index] = Int16(from[index]) << shift
      index &+= 1
    }
    for index in end..<sampleCount { unsafe result[index] = after }
  }
}
