public import Storage
public import Workflows

extension VideoPipeline {
  /// The project that a run works at, as the run's events say; nil for runs of other things.
  public func project(ofRunWith events: [Event], in db: any Connection) throws -> String? {
    for event in events {
      guard let subject = try? event.decode(ProjectSubject.self) else { continue }
      for id in [subject.project, subject.input?.project, subject.subject?.project] {
        if let id, try Project.find(db, id) != nil { return id }
      }
    }
    return nil
  }
}

/// Where the data of events names a project. What an invoked function was given is one level further in.
private struct ProjectSubject: Decodable {
  struct Inner: Decodable { var project: String? }

  var project: String?
  var input: Inner?
  var subject: Inner?
}
