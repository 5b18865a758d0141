internal import Crypto
internal import Foundation
internal import Storage
internal import Workflows

extension VideoStudio {
  /// `film/make.requested` → the project's records and its brief in the store → `document/uploaded`.
  var projectStarter: WorkflowFunction<FilmRequested, String> {
    WorkflowFunction(
      "project-starter", on: FilmRequested.self,
      options: FunctionOptions(retries: RetryPolicy(retries: 2, backOff: .delays([.seconds(1)])))
    ) { request, step in
      let entry = try await step.run("take the brief") { () -> ProjectEntry in
        do {
          try places?.admit(request)
          try shelf.check(request.settings)
          try RequestRefused.check(request)
        } catch { throw StepFailure.noRetry(error) }
        return try await self.entry(
          VideoPipeline.Order(
            briefPath: request.brief, settings: request.settings,
            budgetMicrodollars: request.budgetDollars.map { Int64($0 * 1e6) }))
      }
      let events = try await step.transaction("make the project") { db in
        try enter(entry, db).1.map { SentEvent(name: $0.name, data: $0.data, id: $0.senderID) }
      }
      try await step.sendEvents(
        "begin", try events.map { try OutgoingEvent(named: $0.name, data: $0.data, id: $0.id) })
      return entry.id
    }
  }

  private struct SentEvent: Codable, Sendable {
    var name: String
    var data: String
    var id: String?
  }

  /// A project as it is about to be entered: its files are in the asset store.
  struct ProjectEntry: Codable, Sendable {
    var id: String
    var name: String
    var brief: String
    var bytes: Int64
    var settings: ProjectSettings
    var budget: Int64?
    var portraitBytes: Int64?
  }

  func entry(_ order: VideoPipeline.Order) async throws -> ProjectEntry {
    var settings = order.settings
    let brief = try await assets.put(fileAt: order.briefPath)
    var portraitBytes: Int64?
    if let portrait = order.portraitPath {
      let sha256 = try await assets.put(fileAt: portrait)
      settings.portrait = sha256
      portraitBytes = try await assets.size(of: sha256)
    }
    return ProjectEntry(
      id: try Self.projectID(brief: brief, settings),
      name: order.briefName ?? order.briefPath.split(separator: "/").last.map(String.init)
        ?? "brief", brief: brief,
      bytes: try await assets.size(of: brief) ?? 0, settings: settings,
      budget: order.budgetMicrodollars, portraitBytes: portraitBytes)
  }

  /// Of the brief's content and all that was asked for.
  static func projectID(brief: String, _ settings: ProjectSettings) throws -> String {
    let text = brief + "\n" + (try RecordJSON.text(settings))
    return "film-" + SHA256.hash(data: Array(text.utf8)).prefix(10).hexadecimal
  }

  /// Makes the records of a new project, or begins one again that has ended without its film. Gives the events that set
  /// it going, which belong to the same transaction.
  func enter(
    _ entry: ProjectEntry, _ db: any Connection
  ) throws -> (VideoPipeline.Begun, [OutgoingEvent]) {
    let now = clock.now
    guard let project = try Project.find(db, entry.id) else {
      try insert(entry, db, now: now)
      return (.new, [try start(entry.id, 1)])
    }
    if let budget = entry.budget, budget != project.budgetMicrodollars {
      try db.execute(
        "UPDATE project SET budget_microdollars = :budget WHERE id = :id",
        ["budget": budget, "id": entry.id])
    }
    if project.state == .done,
      entry.settings.outputPath.map(FileManager.default.fileExists) ?? true
    {
      return (.done, [])
    }
    if project.state.isEnded {
      if repeatsUnknown { try Attempt.forgetUnknown(db, of: entry.id) }
      let generation = try Project.restart(db, entry.id, now: now)
      return (.again, [try start(entry.id, generation)])
    }
    guard project.state == .paused else { return (.going, []) }
    return (.going, [try OutgoingEvent(ProjectContinued(project: entry.id, atMS: now))])
  }

  private func insert(_ entry: ProjectEntry, _ db: any Connection, now: Int64) throws {
    try Project.insert(
      db, id: entry.id, title: "", settings: entry.settings, budgetMicrodollars: entry.budget,
      now: now)
    try BriefRecord.insert(
      db, id: ULID.make(at: now).description, project: entry.id, name: entry.name,
      sha256: entry.brief, bytes: entry.bytes, now: now)
    try ProjectAsset(
      .brief, scene: nil, sha256: entry.brief, mediaType: "", bytes: entry.bytes,
      provider: "upload", note: entry.name
    ).insert(db, project: entry.id, now: now)
    if let portrait = entry.settings.portrait {
      try ProjectAsset(
        .portrait, scene: nil, sha256: portrait, mediaType: "", bytes: entry.portraitBytes ?? 0,
        provider: "upload"
      ).insert(db, project: entry.id, now: now)
    }
  }

  func start(_ id: String, _ generation: Int) throws -> OutgoingEvent {
    try OutgoingEvent(
      DocumentUploaded(project: id, generation: generation), id: "\(id)-\(generation)")
  }
}

/// A film that cannot be made as it was asked for, whatever is tried.
struct RequestRefused: Error, CustomStringConvertible {
  var description: String

  /// Bytes, as of an upload.
  private static let largestBrief: Int64 = 100 << 20

  /// Looks whether the brief is there and the film has a place, before anything is made.
  static func check(_ request: FilmRequested) throws(RequestRefused) {
    let files = FileManager.default
    for path in [request.brief, request.output].compactMap(\.self) where !path.hasPrefix("/") {
      throw RequestRefused(
        description: "'\(path)' is no absolute path\n  → give it from the root of the disk")
    }
    guard files.fileExists(atPath: request.brief) else {
      throw RequestRefused(description: "there is no brief '\(request.brief)'\n  → check the path")
    }
    // Reading a pipe or a device might never end.
    let facts = try? files.attributesOfItem(
      atPath: URL(fileURLWithPath: request.brief).resolvingSymlinksInPath().path)
    guard facts?[.type] as? FileAttributeType == .typeRegular,
      files.isReadableFile(atPath: request.brief)
    else {
      throw RequestRefused(
        description:
          "the brief '\(request.brief)' cannot be read\n  → name a file that the node may read")
    }
    let bytes = (facts?[.size] as? NSNumber)?.int64Value ?? 0
    guard bytes <= largestBrief else {
      throw RequestRefused(
        description:
          "the brief '\(request.brief)' has \(bytes) bytes, and \(largestBrief) are allowed\n  → name a shorter one"
      )
    }
    guard let output = request.output else { return }
    let folder = (output as NSString).deletingLastPathComponent
    guard files.isWritableFile(atPath: folder) else {
      throw RequestRefused(
        description:
          "the film cannot be written to '\(output)': '\(folder)' is no folder that may be written\n  → make it first, or name another one"
      )
    }
  }
}

extension Attempt {
  /// Somebody has looked and wants requests made again whose outcome nobody knew: they count as failed from now on.
  static func forgetUnknown(_ db: any Connection, of project: String) throws {
    try db.execute(
      "UPDATE attempt SET state = 'failed' WHERE project_id = :id AND state = 'unknown'",
      ["id": project])
  }
}
