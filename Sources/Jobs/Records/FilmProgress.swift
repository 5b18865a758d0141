/// How far a film in the queue is.
public struct FilmProgress: Sendable {
  public var film: RenderJob
  /// 0 … 1; never goes back.
  public var fraction: Double
  /// Milliseconds until it is done, judged by what earlier jobs took; nil while nothing is known or nobody works.
  public var etaMS: Int64?
  public var parts: Int
  public var partsDone: Int
  /// Labels of what is being worked on.
  public var running: [String]
}

/// A process that takes jobs.
public struct WorkerRecord: Sendable, Hashable {
  public var id: String
  public var host: String
  public var pid: Int
  public var slots: Int
  public var startedMS: Int64
  public var seenMS: Int64
  /// Jobs it has leased.
  public var jobs: Int
}
