/// A document's text, with lines and columns for its bytes.
struct SourceText: Sendable {
  let bytes: [UInt8]
  private let lineStarts: [Int32]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts: [Int32] = [0]
    for (index, byte) in bytes.enumerated() where byte == 0x0A {
      starts.append(Int32(index + 1))
    }
    lineStarts = starts
  }

  /// Line and column of a byte, both from 1; columns count UTF-16 units.
  func place(of offset: Int) -> (line: Int, column: Int) {
    var (low, high) = (0, lineStarts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    return (low + 1, utf16Count(Int(lineStarts[low])..<offset) + 1)
  }

  /// UTF-16 units of a stretch of text that is UTF-8 up to its end.
  func utf16Count(_ range: Range<Int>) -> Int {
    var count = 0
    for byte in bytes[range.clamped(to: 0..<bytes.count)] {
      if byte & 0xC0 != 0x80 { count += 1 }
      if byte >= 0xF0 { count += 1 }
    }
    return count
  }
}
