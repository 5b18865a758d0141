/// What the queue refuses.
public enum QueueError: Error, Sendable, Equatable {
  case noSuchJob(String)
  /// Several jobs have an id that begins or ends so.
  case ambiguousID(String, [String])
  /// The job's state does not allow it.
  case wrongState(id: String, state: JobState, wanted: String)
  /// Only films can be steered so.
  case notAFilm(id: String, kind: JobKind, wanted: String)
  case quarantined([QuarantinedAsset])
  /// A number or text that no job can have.
  case impossible(String)
}

extension QueueError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .noSuchJob(let id):
      "there is no job '\(id)' in the queue\n  → 'reelnode queue list' shows what there is"
    case .ambiguousID(let id, let found):
      "'\(id)' may mean more than one job: \(found.joined(separator: ", "))\n  → give more of the id"
    case .wrongState(let id, let state, let wanted):
      "job \(id) is \(state.rawValue) and cannot be \(wanted)"
    case .notAFilm(let id, let kind, let wanted):
      "job \(id) is a \(kind.rawValue) and cannot be \(wanted) by itself\n  → name the film that needs it"
    case .quarantined(let assets): assets.map(\.refusal).joined(separator: "\n")
    case .impossible(let text): text
    }
  }
}
