/// Decides, in the transaction that receives an event, what a function does about it.
///
/// `event` is stored when this is called, is no repeat, and is one of the function's.
enum Intake {
  enum Decision: Equatable, Sendable {
    /// A run of its own, at `at` or later; `rank` is its place among those that are due, smaller first.
    case start(at: Int64, rank: Int64)
    /// Taken into something that starts later: a batch, a debounce.
    case joined
    /// Nothing starts.
    case dropped
  }

  static func decide(
    _ function: FunctionDefinition, _ event: Event, in commit: inout Commit
  ) throws -> Decision {
    let at = max(commit.now, event.timestamp)
    return .start(at: at, rank: at)
  }

  /// Called in the same transaction for each run that was made for an event.
  static func scheduled(
    _ run: Run, of function: FunctionDefinition, for event: Event, in commit: inout Commit
  ) throws {}
}
