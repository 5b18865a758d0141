/// The lines of a subtitle file, whichever of the usual ways it was saved in.
struct CaptionLines {
  /// UTF-8, without line ends and blanks at the end.
  let lines: [ArraySlice<UInt8>]

  init(_ bytes: [UInt8]) throws(CaptionFileError) {
    try CaptionFile.checkSize(bytes, atMost: CaptionFile.maximumBytes)
    lines = Self.split(try Self.decoded(bytes))
  }

  func string(_ index: Int) -> String { String(decoding: lines[index], as: UTF8.self) }

  // MARK: Characters

  /// UTF-8 of a file in UTF-8, or in UTF-16 with a byte order mark.
  private static func decoded(_ bytes: [UInt8]) throws(CaptionFileError) -> [UInt8] {
    if bytes.starts(with: [0xFF, 0xFE, 0, 0]) || bytes.starts(with: [0, 0, 0xFE, 0xFF]) {
      throw CaptionFileError(.type, line: 1, "the file is in UTF-32: save it as UTF-8")
    }
    if bytes.starts(with: [0xFF, 0xFE]) { return utf16(bytes.dropFirst(2), isBigEndian: false) }
    if bytes.starts(with: [0xFE, 0xFF]) { return utf16(bytes.dropFirst(2), isBigEndian: true) }
    let text = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    if let place = firstBadByte(text) {
      let source = SourceText(text)
      let byte = String(text[place], radix: 16, uppercase: true)
      throw CaptionFile.error(
        .type, source, at: place,
        text[place] == 0
          ? "the file holds a NUL byte: it is no text, or UTF-16 without a byte order mark; save it as UTF-8"
          : "the byte 0x\(byte) is no UTF-8: the file is in an older encoding; save it as UTF-8")
    }
    return text
  }

  private static func utf16(_ bytes: ArraySlice<UInt8>, isBigEndian: Bool) -> [UInt8] {
    var units: [UInt16] = []
    units.reserveCapacity(bytes.count / 2)
    var index = bytes.startIndex
    while index + 1 < bytes.endIndex {
      let (a, b) = (UInt16(bytes[index]), UInt16(bytes[index + 1]))
      units.append(isBigEndian ? a << 8 | b : b << 8 | a)
      index += 2
    }
    return Array(String(decoding: units, as: UTF16.self).utf8)
  }

  /// The first byte that is no part of UTF-8 text, NUL included.
  private static func firstBadByte(_ bytes: [UInt8]) -> Int? {
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0 { return index }
      if byte < 0x80 {
        index += 1
        continue
      }
      let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
      let end = index + length
      guard byte >= 0xC2, byte <= 0xF4, end <= bytes.count,
        bytes[index + 1..<end].allSatisfy({ $0 & 0xC0 == 0x80 })
      else { return index }
      let second = bytes[index + 1]
      let isWhole =
        switch byte {
        case 0xE0: second >= 0xA0
        case 0xED: second < 0xA0
        case 0xF0: second >= 0x90
        case 0xF4: second < 0x90
        default: true
        }
      guard isWhole else { return index }
      index = end
    }
    return nil
  }

  /// At CR LF, LF or CR.
  private static func split(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
    var lines: [ArraySlice<UInt8>] = []
    var start = 0
    var index = 0
    func trimmed(_ range: Range<Int>) -> ArraySlice<UInt8> {
      var end = range.upperBound
      while end > range.lowerBound, bytes[end - 1] == 0x20 || bytes[end - 1] == 0x09 { end -= 1 }
      return bytes[range.lowerBound..<end]
    }
    while index < bytes.count {
      let byte = bytes[index]
      if byte == 0x0A || byte == 0x0D {
        lines.append(trimmed(start..<index))
        if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { index += 1 }
        start = index + 1
      }
      index += 1
    }
    if start < bytes.count { lines.append(trimmed(start..<bytes.count)) }
    return lines
  }
}
