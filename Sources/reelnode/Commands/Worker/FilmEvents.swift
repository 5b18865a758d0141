internal import Jobs
internal import Rendering
internal import Storage
internal import Workflows

/// A film in the queue has got its name; functions of the engine may wait for it.
struct FilmDone: WorkflowEvent {
  static let name = "render/film.done"
  var job: String
  var label: String
  var withWarnings: Bool
  var films: [FilmResult.Film]
}

/// A film in the queue has failed for good.
struct FilmFailed: WorkflowEvent {
  static let name = "render/film.failed"
  var job: String
  var label: String
  var code: String
  var message: String
}

extension OutgoingEvent {
  /// What an ended film is told as. Each ending is told once, also when a worker dies while it tells.
  init(ended film: RenderJob) throws {
    let id = "\(film.id)-\(film.fence)"
    if film.state.isSuccess {
      try self.init(
        FilmDone(
          job: film.id, label: film.label, withWarnings: film.state == .doneWithWarnings,
          films: FilmResult(film)?.films ?? []), id: id)
    } else {
      try self.init(
        FilmFailed(
          job: film.id, label: film.label, code: film.errorCode ?? "",
          message: film.errorMessage ?? ""), id: id)
    }
  }
}
