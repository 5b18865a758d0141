/// A text that is no schedule.
public struct CronError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The schedule as it was written.
  public let text: String
  public let problem: String
  public let remedy: String

  init(_ text: String, _ problem: String, _ remedy: String) {
    (self.text, self.problem, self.remedy) = (text, problem, remedy)
  }

  public var description: String { "schedule '\(text)': \(problem)\n  → \(remedy)" }
}
