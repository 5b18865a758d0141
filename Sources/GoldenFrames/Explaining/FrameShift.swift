/// Finds out whether the frames that differ show what other frames showed when they were recorded.
struct FrameShift {
  /// Frames by which pictures come later than recorded; nil when that is not what happened.
  let frames: Int?

  /// Frames that are compared, and how far away one looks.
  private static let probes = 12
  private static let reach = 12

  init(_ verdict: Verdict) {
    let squares = verdict.golden.squares
    let failures = verdict.failures
    let step = max(1, failures.count / Self.probes)
    var votes: [Int: Int] = [:]
    var count = 0
    for finding in failures.enumerated().filter({ $0.offset.isMultiple(of: step) }).map(\.element) {
      let now = finding.squares[...]
      func distance(_ frame: Int) -> Double {
        SquareTable.meanDistance(squares.row(frame), now)
      }
      let here = distance(finding.index)
      count += 1
      let near = (finding.index - Self.reach...finding.index + Self.reach)
        .filter { 0..<squares.frames ~= $0 && $0 != finding.index }
      guard let best = near.min(by: { distance($0) < distance($1) }), distance(best) < here / 8
      else {
        continue
      }
      votes[finding.index - best, default: 0] += 1
    }
    let most = votes.max { ($0.value, -abs($0.key)) < ($1.value, -abs($1.key)) }
    frames = most.flatMap { $0.value * 2 > count ? $0.key : nil }
  }
}
