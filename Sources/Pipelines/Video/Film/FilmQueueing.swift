internal import Compositing
internal import Foundation
internal import Jobs
internal import Providers
internal import Rendering
internal import SceneDocument
internal import Storage

extension VideoStudio {
  /// Puts the film into the queue before any of its scenes is there; scenes are added as they come.
  func openFilm(_ db: any Connection, _ id: String) throws {
    let project = try Project.require(db, id)
    if project.filmJob != nil { return }
    let job = ULID.make(at: clock.now).description
    let label = DrawableText.of(project.title)
    try queue.open(
      FilmSubmission.waiting(label: label.isEmpty ? "film" : label, priority: JobPriority.normal),
      id: job, in: db)
    try db.execute(
      "UPDATE project SET film_job_id = :job, updated_ms = :now WHERE id = :id",
      ["id": id, "job": job, "now": clock.now])
  }

  /// What a film is made of, as the records say it now.
  struct FilmState: Sendable {
    var project: Project
    var scenes: [FilmScene?]
    var ids: [String]
  }

  func filmState(_ project: String) async throws -> FilmState {
    try await database.read { db in
      let assets = try ProjectAsset.all(db, of: project)
      let scenes = try SceneRecord.all(db, of: project)
      return FilmState(
        project: try Project.require(db, project), scenes: scenes.map { FilmScene($0, assets) },
        ids: scenes.map(\.id))
    }
  }

  /// Queues the segments of a scene whose files have come, and that of the next scene's beginning where that scene is
  /// there already.
  ///
  /// The document that they are planned from has the scene and its neighbours alone: a segment's key does not depend
  /// on what else is in the film, so these are the film's own segments.
  func queueSegments(of scene: String, in project: String) async throws {
    let state = try await filmState(project)
    guard let place = state.ids.firstIndex(of: scene), let film = state.project.filmJob,
      state.scenes[place] != nil
    else { return }
    let first = max(0, place - 1)
    let last = min(state.scenes.count - 1, place + 1)
    let shown = (first...last).map { (position: $0, scene: state.scenes[$0]) }
    let submission = try await submission(of: state.project, shown, isWhole: false)
    // Without the scene before, how one becomes the other is not known yet.
    let isFollowing = place > 0 && state.scenes[place - 1] != nil
    var parts = try submission.segments(
      priority: JobPriority.normal, ofScenes: [place - first],
      withoutTransition: place == 0 || isFollowing ? [] : [place - first])
    if place < last, state.scenes[place + 1] != nil {
      parts.parts += try submission.segments(
        priority: JobPriority.normal, ofScenes: [place + 1 - first]
      ).parts
    }
    let added = parts
    try await database.write { [queue, clock] db in
      try queue.extend(film, with: added, in: db)
      try SceneRecord.set(db, scene, .render, .queued, now: clock.now)
    }
  }

  /// Queues the film's sound as soon as all of it is known, which is long before the last picture is there: the sound
  /// of a film does not depend on what is silent in it, and its key is the whole film's.
  func queueSound(of project: String) async throws {
    let (record, heard) = try await database.read { db in
      let record = try Project.require(db, project)
      let assets = try ProjectAsset.all(db, of: project)
      return (
        record,
        try SceneRecord.all(db, of: project).map { scene -> FilmScene? in
          let isSilent = shelf.background(for: scene.script, record.settings).kind.isSilent
          guard scene.background == .done || isSilent else { return nil }
          return FilmScene(heard: scene, assets)
        }
      )
    }
    guard let film = record.filmJob, heard.allSatisfy({ $0 != nil }) else { return }
    let shown = heard.enumerated().map { (position: $0, scene: $1) }
    do {
      let sound = try await submission(of: record, shown, isWhole: false)
        .sound(priority: JobPriority.normal)
      try await database.write { [queue] db in try queue.extend(film, with: sound, in: db) }
    } catch is FilmRefused, is QueueError {
      // Whoever closes the film tells why. One that has ended meanwhile wants no sound any more.
    }
  }

  /// Gives the film its last parts: it is joined when they are done.
  func closeFilm(_ project: String) async throws {
    let state = try await filmState(project)
    guard let film = state.project.filmJob else { return }
    let shown = state.scenes.enumerated().map { (position: $0, scene: $1) }
    let submission = try await submission(of: state.project, shown, isWhole: true)
    let whole = try submission.newFilm(priority: JobPriority.normal)
    let sha256 = submission.order.document
    let bytes = try await assets.size(of: sha256) ?? 0
    try await database.write { [queue, clock] db in
      try queue.close(film, as: whole, in: db)
      try ProjectAsset(
        .document, scene: nil, sha256: sha256, mediaType: "application/json", bytes: bytes,
        provider: "video-render"
      ).insert(db, project: project, now: clock.now)
    }
  }

  private func submission(
    of project: Project, _ shown: [(position: Int, scene: FilmScene?)], isWhole: Bool
  ) async throws -> FilmSubmission {
    try await place(shown.compactMap(\.scene), project: project.id)
    let document = FilmDocument(title: project.title, settings: project.settings, scenes: shown)
    let bytes = Array(document.text.utf8)
    let folder = projectFolder(project.id)
    _ = try await assets.put(Data(bytes))
    if isWhole {
      // For people, who may look at it with `reelnode preview`.
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/film.json"), options: .atomic)
    }
    var preparer = DocumentPreparer(text: bytes, assetFolder: folder, cacheFolder: cacheFolder)
    preparer.provesContrast = false
    let prepared: PreparedDocument
    do {
      prepared = try await preparer.prepare()
    } catch let refusal as DocumentRefusal {
      throw FilmRefused(diagnostics: refusal.diagnostics)
    }
    let path = project.settings.outputPath
    let variant = FilmVariant(
      id: SceneDocument.mainVariant, request: prepared.request, outputPath: path ?? "")
    let title = DrawableText.of(project.title)
    return try FilmSubmission(
      prepared, films: [variant], isStored: path == nil, name: title.isEmpty ? "film" : title,
      assetFolder: folder, reading: ReadingOptions(), cacheFolder: cacheFolder)
  }
}

/// The document that was made of a project gives no film.
struct FilmRefused: Error, CustomStringConvertible {
  var diagnostics: [Diagnostic]

  /// Retrying helps only where the machine was in trouble.
  var isRetryable: Bool {
    diagnostics.filter { $0.severity == .error }.allSatisfy(\.code.isRetryable)
  }

  var description: String {
    diagnostics.filter { $0.severity == .error }.prefix(5)
      .map { "\($0.scene.map { "scene \($0): " } ?? "")\($0.message) [\($0.code.rawValue)]" }
      .joined(separator: "\n")
  }
}
