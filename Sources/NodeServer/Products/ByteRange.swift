/// What of a file a `Range` header asks for.
enum ByteRange: Equatable {
  /// All of it: there is no header, it is not understood, or it names parts that do not touch.
  case whole
  case part(Range<Int64>)
  /// Nothing of it is in the file.
  case unsatisfiable

  /// RFC 9110, section 14. Several ranges that touch are one; of others the whole file is given, as it allows.
  init(_ header: String?, length: Int64) {
    guard let header, header.utf8.count <= 400 else {
      self = .whole
      return
    }
    let sides = header.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard sides.count == 2, sides[0].lowercased() == "bytes" else {
      self = .whole
      return
    }
    var found: [Range<Int64>] = []
    var isAsked = false
    for spec in sides[1].split(separator: ",", omittingEmptySubsequences: true) {
      let text = String(spec.filter { $0 != " " && $0 != "\t" })
      if text.isEmpty { continue }
      guard let range = Self.range(text, length) else {
        self = .whole
        return
      }
      isAsked = true
      if !range.isEmpty { found.append(range) }
    }
    guard isAsked else {
      self = .whole
      return
    }
    found.sort { $0.lowerBound < $1.lowerBound }
    guard var one = found.first else {
      self = .unsatisfiable
      return
    }
    for next in found.dropFirst() {
      guard next.lowerBound <= one.upperBound else {
        self = .whole
        return
      }
      one = one.lowerBound..<max(one.upperBound, next.upperBound)
    }
    self = .part(one)
  }

  /// Empty for a range that is beyond the file; nil for one that is not understood.
  private static func range(_ text: String, _ length: Int64) -> Range<Int64>? {
    let sides = text.split(separator: "-", omittingEmptySubsequences: false)
    guard sides.count == 2 else { return nil }
    guard let first = number(sides[0]), let last = number(sides[1]) else { return nil }
    switch (first, last) {
    case (nil, nil): return nil
    case (nil, let count?): return max(0, length - count)..<length
    case (let from?, nil): return from < length ? from..<length : 0..<0
    case (let from?, let to?):
      if from > to { return nil }
      return from < length ? from..<(to < length ? to + 1 : length) : 0..<0
    }
  }

  /// Outer nil for what is no number; inner nil where nothing stands there.
  private static func number(_ text: Substring) -> Int64?? {
    if text.isEmpty { return .some(nil) }
    guard text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
    return .some(Int64(text) ?? .max / 2)
  }
}
