/// What clients follow: all of something, or one thing of it.
struct LiveTopic: Hashable, Sendable {
  let text: String

  static let projects = LiveTopic(known: "projects")
  static let queue = LiveTopic(known: "queue")
  static let runs = LiveTopic(known: "runs")
  static let events = LiveTopic(known: "events")
  static let functions = LiveTopic(known: "functions")
  static let workers = LiveTopic(known: "workers")
  static let system = LiveTopic(known: "system")
  static let costs = LiveTopic(known: "costs")
  static let goldens = LiveTopic(known: "goldens")

  static func project(_ id: String) -> LiveTopic { LiveTopic(known: "project:" + id) }
  static func run(_ id: String) -> LiveTopic { LiveTopic(known: "run:" + id) }

  private static let words: Set<String> = [
    "projects", "queue", "runs", "events", "functions", "workers", "system", "costs",
    "goldens",
  ]

  private init(known text: String) { self.text = text }

  /// Nil for what is no topic.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2 {
      guard parts[0] == "project" || parts[0] == "run", (1...128).contains(parts[1].utf8.count),
        parts[1].utf8.allSatisfy({ (33...126).contains($0) })
      else { return nil }
    } else if !Self.words.contains(text) {
      return nil
    }
    self.text = text
  }

  /// The id of the one thing of a kind such as `run`.
  func id(of kind: String) -> String? {
    text.hasPrefix(kind + ":") ? String(text.dropFirst(kind.utf8.count + 1)) : nil
  }
}

/// A change that clients are told of.
struct LiveMessage: Sendable {
  /// Such as `run`.
  var event: String
  /// Those that follow one of these are told.
  var topics: [LiveTopic]
  /// JSON in one line.
  var data: String
}
