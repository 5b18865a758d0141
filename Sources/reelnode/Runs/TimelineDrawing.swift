internal import Workflows

/// Draws a run's timeline with the letters of a terminal: a lane for each step, bars against a time axis.
struct TimelineDrawing {
  /// Cells of a line.
  var width: Int
  /// Without it only ASCII is drawn.
  var isUnicode = true
  var usesColour = false
  /// More lanes are cut at the beginning.
  var maximumLanes = Int.max

  private static let narrowestBars = 16

  func lines(_ timeline: RunTimeline) -> [String] {
    let lanes = timeline.lanes.suffix(maximumLanes)
    let columns = Columns(lanes: Array(lanes), width: width)
    let scale = TimeScale(
      from: timeline.from, until: timeline.until, cells: columns.bars)
    var lines = axis(scale).map { TerminalText.padded("", to: columns.names + 2) + $0 }
    if lanes.count < timeline.lanes.count {
      lines.append(styled("\(ellipsis) \(timeline.lanes.count - lanes.count) before", .quiet))
    }
    lines += lanes.map { line($0, columns, scale) }
    return lines.map(Self.trimmed)
  }

  /// How a line is divided.
  private struct Columns {
    var names: Int
    var bars: Int
    var notes: Int

    init(lanes: [RunTimeline.Lane], width: Int) {
      let longestName = lanes.map { TerminalText.columns($0.name) + 2 * $0.depth }.max() ?? 0
      let longestNote = lanes.map { TerminalText.columns($0.note) }.max() ?? 0
      names = min(longestName, max(8, width * 3 / 10))
      notes = min(longestNote, max(8, width / 4))
      bars = width - names - notes - 4
      if bars < narrowestBars {
        notes = max(0, notes - (narrowestBars - bars))
        bars = max(4, width - names - notes - 4)
      }
    }
  }

  private func line(
    _ lane: RunTimeline.Lane, _ columns: Columns, _ scale: TimeScale
  ) -> String {
    let indent = String(repeating: " ", count: min(2 * lane.depth, columns.names / 2))
    let name = indent + cut(lane.name, to: columns.names - indent.count)
    let note = cut(lane.note, to: columns.notes)
    return styled(TerminalText.padded(name, to: columns.names), lane.hasFailed ? .bad : .plain)
      + "  " + bars(lane.spans, scale) + "  " + styled(note, lane.hasFailed ? .bad : .quiet)
  }

  // MARK: Bars

  private struct Cell: Equatable {
    var glyph: Character
    var style: Style
  }

  private func bars(_ spans: [RunTimeline.Span], _ scale: TimeScale) -> String {
    var cells = [Cell](repeating: Cell(glyph: " ", style: .plain), count: scale.cells)
    // What was executed is seen even where it took less than a cell.
    for span in spans.filter({ !$0.activity.isWork }) + spans.filter(\.activity.isWork) {
      let range = scale.range(span.from, span.to)
      for place in range { cells[place] = cell(span.activity) }
      if span.activity == .failing {
        cells[range.upperBound - 1].glyph = isUnicode ? "✗" : "x"
      } else if span.to == nil {
        cells[range.upperBound - 1].glyph = isUnicode ? "▶" : ">"
      }
    }
    return text(cells)
  }

  private func cell(_ activity: RunTimeline.Activity) -> Cell {
    switch activity {
    case .queued: Cell(glyph: isUnicode ? "░" : ":", style: .quiet)
    case .executing: Cell(glyph: isUnicode ? "█" : "#", style: .good)
    case .failing: Cell(glyph: isUnicode ? "▒" : "x", style: .bad)
    case .backingOff: Cell(glyph: isUnicode ? "·" : ".", style: .quiet)
    case .sleeping: Cell(glyph: isUnicode ? "─" : "-", style: .calm)
    case .waiting: Cell(glyph: isUnicode ? "╌" : "~", style: .calm)
    }
  }

  /// Cells of one style share its codes.
  private func text(_ cells: [Cell]) -> String {
    var text = ""
    var rest = cells[...]
    while let first = rest.first {
      let same = rest.prefix { $0.style == first.style }
      text += styled(String(same.map(\.glyph)), first.style)
      rest = rest.dropFirst(same.count)
    }
    return text
  }

  // MARK: Axis

  private func axis(_ scale: TimeScale) -> [String] {
    var labels = ""
    var marks = [Character](repeating: isUnicode ? "─" : "-", count: scale.cells)
    for tick in scale.ticks {
      marks[tick.cell] = isUnicode ? "┬" : "+"
      if tick.cell + tick.label.count <= scale.cells, labels.count <= tick.cell {
        labels = TerminalText.padded(labels, to: tick.cell) + tick.label
      }
    }
    return [styled(labels, .quiet), styled(String(marks), .quiet)]
  }

  // MARK: Text

  private enum Style: String {
    case plain = ""
    case good = "32"
    case bad = "31"
    case calm = "36"
    case quiet = "2"
  }

  private func styled(_ text: String, _ style: Style) -> String {
    guard usesColour, style != .plain, text.contains(where: { $0 != " " }) else { return text }
    return "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m"
  }

  private var ellipsis: String { isUnicode ? "…" : ".." }

  private func cut(_ text: String, to width: Int) -> String {
    TerminalText.cut(isUnicode ? text : text.ascii, to: width, ellipsis: ellipsis)
  }

  private static func trimmed(_ line: String) -> String {
    String(line.reversed().drop { $0 == " " }.reversed())
  }
}

extension RunTimeline.Activity {
  /// Something of the function's own was executed.
  fileprivate var isWork: Bool { self == .executing || self == .failing }
}

extension String {
  /// With a question mark for each letter beyond ASCII.
  var ascii: String { String(map { $0.isASCII ? $0 : "?" }) }
}
