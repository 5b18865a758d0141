/// Lines on a terminal that are drawn anew in their place.
struct LivePicture {
  let console: Console
  private var linesShown = 0

  init(console: Console) { self.console = console }

  var isLive: Bool { console.isTerminal && !console.json }

  /// Puts `lines` in the place of those shown last; more than the terminal has are cut at the end.
  mutating func show(_ lines: [String], on terminal: Terminal) {
    let lines = lines.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false) }
      .prefix(max(1, terminal.rows - 1))
    // Erased first: after a line of the whole width the cursor stands on its last letter.
    let up = linesShown > 0 ? "\u{1B}[\(linesShown)A" : ""
    let text = lines.map { "\r\u{1B}[K\u{1B}[?7l" + $0 + "\u{1B}[?7h" }.joined(separator: "\n")
    console.say(up + text + (lines.count < linesShown ? "\n\u{1B}[J\u{1B}[A" : ""))
    linesShown = lines.count
  }
}
