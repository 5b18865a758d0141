/// Finds the name someone meant.
enum Suggestions {
  struct Answer {
    var name: String
    /// False when another name is as near, or when half of a short name had to change.
    var isSingle: Bool
  }

  /// The candidate at the smallest edit distance, at most 2.
  ///
  /// - Parameter foreign: names other tools use, with ours; they are candidates like ours.
  static func nearest(
    to name: String, among candidates: some Sequence<String>, foreign: [String: String] = [:]
  ) -> Answer? {
    let written = Array(name.utf8)
    var best = 3
    var names: [String] = []
    var isTransposed = false
    func consider(_ spelling: String, meaning: String) {
      let other = Array(spelling.utf8)
      let distance = distance(written, other, atMost: best)
      // Changing every letter of a short name is no likeness.
      guard distance <= 2, distance < min(written.count, other.count) || distance == 0 else {
        return
      }
      if distance < best {
        (best, names) = (distance, [])
        isTransposed = written.sorted() == other.sorted()
      }
      if distance == best, !names.contains(meaning) { names.append(meaning) }
    }
    for candidate in candidates { consider(candidate, meaning: candidate) }
    for (spelling, meaning) in foreign.sorted(by: { $0.key < $1.key }) {
      consider(spelling, meaning: meaning)
    }
    let isLikely = 2 * best < written.count || isTransposed
    return names.first.map { Answer(name: $0, isSingle: names.count == 1 && isLikely) }
  }

  /// Levenshtein distance, or anything larger than `bound` once it is sure to be larger.
  static func distance(_ a: [UInt8], _ b: [UInt8], atMost bound: Int) -> Int {
    if abs(a.count - b.count) > bound { return bound + 1 }
    var row = Array(0...b.count)
    for (i, left) in a.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      var smallest = row[0]
      for (j, right) in b.enumerated() {
        let changed = diagonal + (left == right ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(changed, diagonal + 1, row[j] + 1)
        smallest = min(smallest, row[j + 1])
      }
      if smallest > bound { return bound + 1 }
    }
    return row[b.count]
  }
}
