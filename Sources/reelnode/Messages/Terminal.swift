internal import CHost
internal import Foundation

/// What can be shown behind a file descriptor.
struct Terminal {
  var isTerminal: Bool
  var columns: Int
  var rows: Int
  var isUnicode: Bool
  var usesColour: Bool

  static var standardOutput: Terminal { Terminal(file: STDOUT_FILENO) }
  static var standardError: Terminal { Terminal(file: STDERR_FILENO) }

  private static let usualColumns = 100
  private static let usualRows = 40

  private init(file: Int32) {
    let environment = ProcessInfo.processInfo.environment
    isTerminal = isatty(file) == 1 && environment["TERM"] != "dumb"
    usesColour = isTerminal && environment["NO_COLOR", default: ""].isEmpty
    columns = Self.positive(Int(rn_terminal_columns(file))) ?? Self.columns(environment)
    rows = Self.positive(Int(rn_terminal_rows(file))) ?? Self.usualRows
    isUnicode = Self.isUnicode(environment)
  }

  /// Where there is no terminal, what `COLUMNS` says.
  static func columns(_ environment: [String: String]) -> Int {
    let named = environment["COLUMNS"].flatMap { Int($0) }
    return min(named.flatMap(positive) ?? usualColumns, 1000)
  }

  /// As the C library decides it: the first of three that is not empty counts.
  static func isUnicode(_ environment: [String: String]) -> Bool {
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap { environment[$0] }
      .first { !$0.isEmpty }
    let name = (locale ?? "").uppercased()
    return name.contains("UTF-8") || name.contains("UTF8")
  }

  private static func positive(_ number: Int) -> Int? { number > 0 ? number : nil }
}
