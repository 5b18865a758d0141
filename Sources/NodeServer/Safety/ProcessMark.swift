internal import Foundation

/// Names a process so that others can tell whether it lives: machine, number and when it began.
struct ProcessMark: Sendable {
  let text: String

  init(_ text: String) { self.text = text }

  static let own: ProcessMark = {
    let pid = ProcessInfo.processInfo.processIdentifier
    return ProcessMark("\(host):\(pid):\(start(of: Int(pid)) ?? "0")")
  }()

  /// One of another machine cannot be seen: it is believed to live for ten minutes, which is longer than any request
  /// takes.
  func isAlive(age milliseconds: Int64) -> Bool {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let pid = Int(parts[1]) else { return false }
    if parts[0] != Self.host { return milliseconds < 600_000 }
    return Self.start(of: pid) == String(parts[2])
  }

  private static let host = String(
    ProcessInfo.processInfo.hostName.prefix { $0 != "." && $0 != "/" && $0 != ":" })

  /// When it began, in ticks since the machine did: the 22nd value of proc(5) `stat`. Nil where there is no such process.
  private static func start(of pid: Int) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8),
      let name = text.lastIndex(of: ")")
    else { return nil }
    let values = text[text.index(after: name)...].split(separator: " ")
    return values.count > 19 ? String(values[19]) : nil
  }
}
