/// The line of a subtitle file that says when a cue is shown: `00:01:02,500 --> 00:01:04,000`.
///
/// Hours may be left out, the fraction may follow a comma or a point, and what follows the second time
/// (cue settings, coordinates) is passed over.
struct CueTimes {
  var start: Int64
  var end: Int64

  /// Nil for a line that is no such line; throws for one that is meant to be and is broken.
  init?(_ line: ArraySlice<UInt8>, number: Int) throws(CaptionFileError) {
    let arrow = Self.arrow(in: line)
    var scanner = Scanner(bytes: line)
    scanner.skipBlanks()
    let first = scanner.time()
    guard let arrow else {
      // Two times with something else between them are a time line with a broken arrow.
      guard first?.isFull == true, line.count < 200 else { return nil }
      scanner.skip { $0 &- 0x30 >= 10 && ($0 | 0x20) &- 0x61 >= 26 }
      if scanner.time()?.isFull != true { return nil }
      throw CaptionFileError(
        .type, line: number, "there is no '-->' between the two times: write 'START --> END'")
    }
    guard let first else {
      // An arrow in a sentence is text; one after a number is meant to stand between times.
      let start = line.first { $0 != 0x20 && $0 != 0x09 && $0 != UInt8(ascii: "-") }
      guard let start, start &- 0x30 < 10 else { return nil }
      throw Self.broken(line, number, at: line.startIndex, "the time before '-->'")
    }
    scanner.skipBlanks()
    guard scanner.index == arrow else {
      throw Self.broken(line, number, at: scanner.index, "the time before '-->'")
    }
    scanner.index = arrow + 3
    scanner.skipBlanks()
    let place = scanner.index
    guard let second = scanner.time(), scanner.isAtBreak else {
      throw Self.broken(line, number, at: place, "the time after '-->'")
    }
    try Self.check(first, number, column: 1)
    try Self.check(second, number, column: place - line.startIndex + 1)
    (start, end) = (first.microseconds, second.microseconds)
  }

  private static func arrow(in line: ArraySlice<UInt8>) -> Int? {
    line.indices.first { index in
      line[index] == 0x2D && line[index...].starts(with: "-->".utf8)
    }
  }

  private static func broken(
    _ line: ArraySlice<UInt8>, _ number: Int, at place: Int, _ what: String
  ) -> CaptionFileError {
    let before = String(decoding: line[line.startIndex..<place], as: UTF8.self)
    return CaptionFileError(
      .type, line: number, column: before.utf16.count + 1,
      "\(what) cannot be read: write it as 00:01:02,500 or 01:02.500")
  }

  private static func check(
    _ time: Scanner.Time, _ number: Int, column: Int
  ) throws(CaptionFileError) {
    guard time.minutes > 59 || time.seconds > 59 else { return }
    throw CaptionFileError(
      .range, line: number, column: column, "minutes and seconds of a time must be below 60")
  }

  /// Reads times from the bytes of one line.
  struct Scanner {
    let bytes: ArraySlice<UInt8>
    var index: Int

    struct Time {
      var minutes: Int64
      var seconds: Int64
      var microseconds: Int64
      /// Has hours or a fraction, as no time of day in a text has.
      var isFull: Bool
    }

    init(bytes: ArraySlice<UInt8>) { (self.bytes, index) = (bytes, bytes.startIndex) }

    var isAtEnd: Bool { index >= bytes.endIndex }
    var current: UInt8 { isAtEnd ? 0 : bytes[index] }
    var isAtBreak: Bool { isAtEnd || current == 0x20 || current == 0x09 }

    mutating func skip(while isSkipped: (UInt8) -> Bool) {
      while index < bytes.endIndex, isSkipped(bytes[index]) { index += 1 }
    }
    mutating func skipBlanks() { skip { $0 == 0x20 || $0 == 0x09 } }

    /// Digits, at most nine of them.
    private mutating func number() -> (value: Int64, digits: Int)? {
      let start = index
      var value: Int64 = 0
      while index < bytes.endIndex, bytes[index] &- 0x30 < 10, index - start < 9 {
        value = value * 10 + Int64(bytes[index] &- 0x30)
        index += 1
      }
      if index < bytes.endIndex, bytes[index] &- 0x30 < 10 { return nil }
      return index == start ? nil : (value, index - start)
    }

    /// `[hours:]minutes:seconds[,fraction]`, with blanks after the separators as translators leave them.
    mutating func time() -> Time? {
      let start = index
      guard let time = parts() else {
        index = start
        return nil
      }
      return time
    }

    private mutating func parts() -> Time? {
      var numbers: [Int64] = []
      guard let first = number() else { return nil }
      numbers.append(first.value)
      while current == UInt8(ascii: ":"), numbers.count < 3 {
        index += 1
        skipBlanks()
        guard let next = number() else { return nil }
        numbers.append(next.value)
      }
      guard numbers.count >= 2 else { return nil }
      var fraction: Int64 = 0
      var isFull = numbers.count == 3
      if current == UInt8(ascii: ",") || current == UInt8(ascii: ".") {
        index += 1
        skipBlanks()
        guard let digits = number() else { return nil }
        fraction = digits.value
        isFull = true
        // In millionths; further digits are below what is kept.
        for _ in digits.digits..<max(6, digits.digits) { fraction *= 10 }
        for _ in 6..<max(6, digits.digits) { fraction /= 10 }
      }
      let hours = numbers.count == 3 ? numbers[0] : 0
      let (minutes, seconds) = (numbers[numbers.count - 2], numbers[numbers.count - 1])
      let whole = hours * 3600 + minutes * 60 + seconds
      return Time(
        minutes: numbers.count == 3 ? minutes : 0, seconds: seconds,
        microseconds: whole * 1_000_000 + fraction, isFull: isFull)
    }
  }
}
