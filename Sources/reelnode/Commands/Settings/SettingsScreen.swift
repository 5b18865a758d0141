/// The settings as a list for people.
struct SettingsScreen {
  struct Row {
    var key: SettingsTable.Key
    /// Dots for a secret; nil where it is not set.
    var value: String?
  }

  var rows: [Row]
  var usesColour = false

  /// A line for each setting; on a terminal that is too narrow for that, the key and below it what it is for.
  func lines(columns: Int?) -> [String] {
    let whole = table
    guard let columns,
      whole.contains(where: { TerminalText.columns($0.plain + $0.purpose) > columns })
    else {
      return whole.map { $0.plain + quiet($0.purpose) }
    }
    return rows.flatMap { block($0, columns) }
  }

  private var table: [(plain: String, purpose: String)] {
    let width = rows.map(\.key.rawValue.count).max() ?? 0
    let variables = rows.map(\.key.variable.count).max() ?? 0
    return rows.map { row in
      let names = row.key.rawValue.padded(to: width) + "  " + row.key.variable.padded(to: variables)
      return (names + "  " + (row.value.map { "= \($0)  " } ?? ""), row.key.purpose)
    }
  }

  private func block(_ row: Row, _ columns: Int) -> [String] {
    let indent = "    "
    let first = row.key.rawValue + (row.value.map { " = \($0)" } ?? "")
    let text = TerminalText.wrapped(
      row.key.variable + ": " + row.key.purpose, to: columns - indent.count)
    return [TerminalText.cut(first, to: columns)] + text.map { indent + quiet($0) }
  }

  private func quiet(_ text: String) -> String {
    usesColour ? "\u{1B}[\(Console.Style.quiet.rawValue)m\(text)\u{1B}[0m" : text
  }
}
