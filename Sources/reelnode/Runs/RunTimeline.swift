/// What happened in a run and when, as far as it is to be drawn.
struct RunTimeline: Equatable {
  /// What was going on during a stretch of time.
  enum Activity: CaseIterable {
    case queued
    /// An attempt that went well, or goes on.
    case executing
    /// An attempt that failed.
    case failing
    /// Until the next attempt.
    case backingOff
    case sleeping
    case waiting
  }

  /// A stretch of time; one without an end goes on.
  struct Span: Equatable {
    var activity: Activity
    var from: Int64
    var to: Int64?
  }

  /// The run itself, or one of its steps.
  struct Lane: Equatable {
    var name: String
    /// How many parallels it stands in.
    var depth = 0
    var spans: [Span]
    /// What stands behind the bars.
    var note = ""
    var hasFailed = false
  }

  /// UTC milliseconds; `until` is the run's end, or now.
  var from: Int64
  var until: Int64
  var lanes: [Lane]
}
