/// How far a film in the queue is.
public struct FilmProgress: Sendable {
  public var film: RenderJob
  /// 0 … 1; never goes back, also when a part is tried again.
  public var fraction: Double
  /// Milliseconds until it is done, judged by what earlier jobs took, by the number of workers and by what goes before
  /// it; nil while nothing is known, nobody works or it is paused.
  public var etaMS: Int64?
  public var parts: Int
  public var partsDone: Int
  /// Labels of what is being worked on.
  public var running: [String]
}
