internal import Jobs
internal import Rendering
internal import SceneDocument

/// What a render had to say of its film, as the film's result says.
enum FilmWarnings {
  /// Diagnostics; an empty list for jobs that have made no film.
  static func of(_ job: RenderJob) -> JSONValue {
    guard let text = FilmResult(job)?.document,
      case .array(let warnings)? = JSONValue.stored(text)["warnings"]
    else { return [] }
    return .array(warnings)
  }
}
