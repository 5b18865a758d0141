/// Which letters are the body's, and which are larger: headings.
struct PDFSizes {
  /// Points. Fonts of different scripts measure their letters differently, so each script has its own body.
  private var body: [Bool: Double] = [:]
  /// The larger sizes, the largest first.
  private var larger: [Double] = []

  init(pages: [PDFPage]) {
    var weights: [Bool: [Int: Int]] = [:]
    var counts: [Bool: Int] = [:]
    for line in pages.lazy.flatMap(\.lines) {
      let script = Self.isEastern(line.text)
      weights[script, default: [:]][Int((line.size * 2).rounded()), default: 0] += line.text.count
      counts[script, default: 0] += 1
    }
    for (script, sizes) in weights where counts[script, default: 0] >= 3 || weights.count == 1 {
      // The smaller of two equally frequent sizes: always the same answer.
      let best = sizes.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
      body[script] = best.map { Double($0.key) / 2 }
    }
    var found: Set<Double> = []
    for line in pages.lazy.flatMap(\.lines) where isLarger(line) {
      found.insert((line.size * 2).rounded() / 2)
    }
    larger = Self.ranks(found.sorted(by: >))
  }

  func isLarger(_ line: PDFLine) -> Bool {
    guard let size = bodySize(of: line) else { return false }
    return line.size > size * 1.14
  }

  /// From 1; for a heading in the body's letters the one below the others.
  func level(of line: PDFLine) -> Int {
    guard isLarger(line) else { return min(larger.count + 1, 6) }
    return min((larger.firstIndex { line.size >= $0 * 0.94 } ?? larger.count) + 1, 6)
  }

  func bodySize(of line: PDFLine) -> Double? {
    body[Self.isEastern(line.text)] ?? body.values.min()
  }

  /// Sizes within six per cent are one.
  private static func ranks(_ sizes: [Double]) -> [Double] {
    sizes.reduce(into: []) { ranks, size in
      if ranks.last.map({ size < $0 * 0.94 }) ?? true { ranks.append(size) }
    }
  }

  private static func isEastern(_ text: String) -> Bool {
    let letters = text.unicodeScalars.filter(\.properties.isAlphabetic)
    return letters.count { Scripts.isEastern($0) } * 3 > letters.count
  }
}
