internal import Foundation
internal import SceneDocument
internal import Synchronization

/// Where a command speaks: to people on standard error, to programs on standard output.
final class Console: Sendable {
  /// Standard output carries one JSON value and nothing else.
  let json: Bool
  /// Standard error is a terminal that can rewrite a line.
  let isTerminal: Bool
  let usesColour: Bool
  /// Whether a progress line stands on the terminal without its line feed.
  private let lineIsOpen = Mutex(false)

  init(json: Bool) {
    self.json = json
    let environment = ProcessInfo.processInfo.environment
    isTerminal = isatty(STDERR_FILENO) == 1 && environment["TERM"] != "dumb"
    usesColour = isTerminal && environment["NO_COLOR", default: ""].isEmpty
  }

  // MARK: To people

  /// Writes `text` and a line feed.
  func say(_ text: String) {
    lineIsOpen.withLock { lineIsOpen in
      write((lineIsOpen ? Self.erase : "") + text + "\n")
      lineIsOpen = false
    }
  }

  /// Puts `text` in the place of the last line shown; never wraps, so that it can be taken back.
  func show(_ text: String) {
    lineIsOpen.withLock { lineIsOpen in
      write("\r\u{1B}[?7l" + text + "\u{1B}[K\u{1B}[?7h")
      lineIsOpen = true
    }
  }

  /// Takes back the line shown.
  func clear() {
    lineIsOpen.withLock { lineIsOpen in
      if lineIsOpen { write(Self.erase) }
      lineIsOpen = false
    }
  }

  private static let erase = "\r\u{1B}[K"

  /// Nobody can be told when standard error is gone.
  private func write(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
  }

  /// `text` in bold and a colour where there are colours.
  func styled(_ text: String, _ style: Style) -> String {
    usesColour ? "\u{1B}[\(style.rawValue)m\(text)\u{1B}[0m" : text
  }

  enum Style: String {
    case bold = "1"
    case error = "1;31"
    case warning = "1;35"
    case caret = "1;32"
    case quiet = "2"
  }

  // MARK: To programs

  /// Writes to standard output; gives `.failed` when that takes no more.
  @discardableResult
  func print(_ text: String) -> ExitStatus {
    clear()
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
      return .done
    } catch {
      say("reelnode: cannot write to standard output\n  → check the disk, or what reads the output")
      return .failed
    }
  }

  @discardableResult
  func print(_ value: JSONValue) -> ExitStatus { print(value.prettyText + "\n") }

  /// For commands that tell more than one value as time goes by.
  @discardableResult
  func printLine(_ value: JSONValue) -> ExitStatus { print(value.compactText + "\n") }
}
