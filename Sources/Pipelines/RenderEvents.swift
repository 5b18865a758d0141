public import Jobs
public import Rendering
public import Workflows

/// A film in the queue has got its name; functions of the engine may wait for it.
public struct FilmDone: WorkflowEvent {
  public static let name = "render/film.done"
  public var job: String
  public var label: String
  public var withWarnings: Bool
  public var films: [FilmResult.Film]
}

/// A film in the queue has failed for good.
public struct FilmFailed: WorkflowEvent {
  public static let name = "render/film.failed"
  public var job: String
  public var label: String
  public var code: String
  public var message: String
}

/// A film in the queue has ended in any way, for functions that wait for either.
public struct FilmEnded: WorkflowEvent {
  public static let name = "render/film.ended"
  public var job: String
  /// The job's state.
  public var state: String
}

/// What an ended film is told as. Each ending is told once, also when a worker dies while it tells.
public enum FilmEvents {
  public static func of(_ film: RenderJob) throws -> [OutgoingEvent] {
    let id = "\(film.id)-\(film.fence)"
    let ended = try OutgoingEvent(
      FilmEnded(job: film.id, state: film.state.rawValue), id: id + "-ended")
    if film.state.isSuccess {
      let done = FilmDone(
        job: film.id, label: film.label, withWarnings: film.state == .doneWithWarnings,
        films: FilmResult(film)?.films ?? [])
      return [try OutgoingEvent(done, id: id), ended]
    }
    if film.state == .failed {
      let failed = FilmFailed(
        job: film.id, label: film.label, code: film.errorCode ?? "",
        message: film.errorMessage ?? "")
      return [try OutgoingEvent(failed, id: id), ended]
    }
    return [ended]
  }
}
