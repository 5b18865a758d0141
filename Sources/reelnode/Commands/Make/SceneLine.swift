internal import Pipelines
internal import Providers

/// A scene as `make` shows it: how far each part is, then what it waits for, or else its title.
struct SceneLine {
  /// From 1.
  var number: Int
  var parts: [(label: String, status: SceneRecord.Status)]
  var title: String
  /// What it waits for.
  var reason: String?

  /// Where nothing is known of a terminal.
  private static let usualTitle = 40

  init(
    number: Int, parts: [(label: String, status: SceneRecord.Status)], title: String,
    reason: String? = nil
  ) {
    (self.number, self.parts, self.title, self.reason) = (number, parts, title, reason)
  }

  init(_ scene: SceneRecord) {
    let isWaiting = [scene.speech, scene.avatar, scene.background].contains(.waiting)
    self.init(
      number: scene.position + 1,
      parts: [
        ("speech", scene.speech), ("avatar", scene.avatar), ("background", scene.background),
        ("captions", scene.captions), ("render", scene.render),
      ], title: scene.script.title,
      reason: isWaiting
        ? scene.message?.split(separator: "\n").first.map(String.init) : nil)
  }

  /// One line; where a reason has no room in `columns` cells behind the marks, it stands below them.
  func lines(_ console: Console, columns: Int?) -> [String] {
    let name = "scene \(number < 10 ? " " : "")\(number)  "
    let marks = parts.map { Self.mark($0.status, console) + " " + $0.label }
      .joined(separator: "  ")
    let used = name.count + parts.reduce(0) { $0 + 2 + $1.label.count } + 2 * parts.count
    guard let columns else {
      return [
        name + marks + "  " + (reason ?? TerminalText.cutToWords(title, to: Self.usualTitle))
      ]
    }
    let room = columns - used
    guard let reason else {
      // Less would say nothing.
      return [
        room < 8
          ? name + marks
          : name + marks + "  " + TerminalText.cutToWords(title, to: min(room, Self.usualTitle))
      ]
    }
    if TerminalText.columns(reason) <= room { return [name + marks + "  " + reason] }
    return [name + marks]
      + TerminalText.wrapped(reason, to: columns - name.count).map {
        String(repeating: " ", count: name.count) + $0
      }
  }

  private static func mark(_ status: SceneRecord.Status, _ console: Console) -> String {
    switch status {
    case .done: console.styled("✓", .caret)
    case .skipped: "–"
    case .running, .queued: "▸"
    case .waiting: console.styled("…", .warning)
    case .failed: console.styled("✗", .error)
    case .cancelled: "✗"
    case .pending: "·"
    }
  }
}
