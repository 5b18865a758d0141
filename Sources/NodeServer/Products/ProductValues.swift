internal import Jobs
internal import Pipelines
internal import Providers
internal import Rendering
internal import SceneDocument

/// Addresses of what the API gives.
enum Place {
  static func asset(_ sha256: String) -> String { "/api/v1/assets/\(sha256)" }
  static func film(_ job: String) -> String { "/api/v1/films/\(job)/content" }
  static func captions(_ project: String) -> String { "/api/v1/projects/\(project)/captions.vtt" }
  static func thumbnail(_ scene: String, _ version: String) -> String {
    "/api/v1/scenes/\(scene)/thumbnail?version=\(version)"
  }
}

extension ProjectOverview {
  /// `ProjectSummary`.
  var json: JSONValue { .object(members) }

  var members: [JSONValue.Member] {
    let (message, advice) = Told.apart(project.message)
    return [
      .init("id", .string(project.id)), .init("title", .string(project.title)),
      .init("state", .string(project.state.rawValue)), .init("message", .text(message)),
      .init("error_code", .text(project.errorCode)), .init("advice", .text(advice)),
      .init("language", .text(language)),
      .init("scenes", ["total": .integer(scenes.total), "done": .integer(scenes.done)]),
      .init("progress", .number(min(1, max(0, (fraction * 1000).rounded() / 1000)))),
      .init("eta_seconds", .real(etaMS.map { Double($0) / 1000 })),
      .init("spent_microdollars", .whole(spent)),
      .init("budget_microdollars", .whole(project.budgetMicrodollars)),
      .init(
        "film",
        film.map {
          [
            "sha256": .string($0.sha256), "bytes": .whole($0.bytes),
            "url": .string(Place.asset($0.sha256)),
          ]
        } ?? .null),
      .init("poster_url", .text(poster.map { Place.asset($0.sha256) })),
      .init("created_at", .time(project.createdMS)), .init("updated_at", .time(project.updatedMS)),
      .init("ended_at", .time(project.endedMS)),
    ]
  }
}

/// "What\n  → what helps", as the node writes it, apart.
enum Told {
  static func apart(_ text: String?) -> (what: String?, advice: String?) {
    guard let text else { return (nil, nil) }
    let parts = text.split(separator: "\n  → ", maxSplits: 1).map(String.init)
    return (parts.first, parts.count > 1 ? parts[1] : nil)
  }
}

extension ProjectSettings {
  var json: JSONValue {
    [
      "script_provider": .string(scriptProvider), "speech_provider": .string(speechProvider),
      "avatar_provider": .string(avatarProvider), "background_provider": .text(backgroundProvider),
      "voice": .text(voice), "character": .text(character), "portrait": .text(portrait),
      "language": .text(language), "maximum_scenes": .integer(maximumScenes),
      "target_seconds": .real(targetSeconds), "width": .integer(width),
      "height": .integer(height), "rate": .integer(rate), "captions": .bool(hasCaptions),
      "scenes_at_a_time": .integer(sceneLimit), "pause_ms": .whole(ratePauseMS),
      "output": .text(outputPath),
    ]
  }
}

/// A scene with what its card shows.
struct SceneValue {
  var scene: SceneRecord
  var settings: ProjectSettings
  /// Of its project; those of other scenes are left out.
  var assets: [ProjectAsset]
  /// 0 … 1; nil where nothing of it is in the queue.
  var rendered: Double?

  var json: JSONValue {
    let version = SceneThumbnail(scene, assets, settings)?.version
    let isRunning = scene.render == .queued && (rendered ?? 0) > 0
    return [
      "id": .string(scene.id), "project_id": .string(scene.projectID),
      "position": .integer(scene.position), "title": .string(scene.script.title),
      "narration": .string(scene.script.narration), "seconds": .real(scene.duration),
      "speech": .string(scene.speech.rawValue), "avatar": .string(scene.avatar.rawValue),
      "background": .string(scene.background.rawValue),
      "captions": .string(scene.captions.rawValue),
      "render": .string(isRunning ? "running" : scene.render.rawValue),
      "progress": [
        "speech": Self.progress(scene.speech), "avatar": Self.progress(scene.avatar),
        "background": Self.progress(scene.background),
        "render": .number(
          scene.render == .done ? 1 : ((rendered ?? 0) * 1000).rounded() / 1000),
      ], "message": .text(scene.message),
      "thumbnail_url": .text(version.map { Place.thumbnail(scene.id, $0) }),
      "assets": .array(
        assets.filter { $0.scene == scene.id }.map { $0.json(project: scene.projectID) }),
      "created_at": .time(scene.createdMS), "updated_at": .time(scene.updatedMS),
      "started_at": .time(scene.startedMS), "ended_at": .time(scene.endedMS),
    ]
  }

  /// Providers do not say how far they are.
  private static func progress(_ status: SceneRecord.Status) -> JSONValue {
    .number(status == .done || status == .skipped ? 1 : 0)
  }
}

extension ProjectAsset {
  func json(project: String) -> JSONValue {
    [
      "project_id": .string(project), "scene_id": .text(scene), "role": .string(role.rawValue),
      "sha256": .string(sha256), "media_type": .string(mediaType), "bytes": .whole(bytes),
      "provider": .string(provider), "url": .string(Place.asset(sha256)),
      "created_at": .time(createdMS),
    ]
  }
}

extension UploadedDocument {
  var json: JSONValue {
    [
      "id": .string(id), "name": .string(name), "media_type": .string(mediaType),
      "bytes": .whole(bytes), "sha256": .string(sha256), "created_at": .time(createdMS),
      "project_id": .text(projectID),
    ]
  }
}

extension BriefRecord {
  /// As a project shows it.
  var json: JSONValue {
    [
      "id": .string(id), "name": .string(name), "media_type": .text(mediaType),
      "bytes": .whole(bytes), "pages": .whole(pages), "language": .text(language),
      "warnings": .array(warnings.map { .string($0) }), "status": .string(status.rawValue),
    ]
  }
}

extension CostEntry {
  var json: JSONValue {
    [
      "project_id": .string(projectID), "project_title": .string(projectTitle),
      "scene_id": .text(sceneID),
      "attempt_id": .string(attempt), "capability": .string(capability.rawValue),
      "provider": .string(provider), "state": .string(state.rawValue), "unit": .string(unit),
      "amount": .real(amount), "estimate_microdollars": .whole(estimate),
      "actual_microdollars": .whole(actual), "at": .time(atMS),
    ]
  }
}

extension CostTotals {
  var json: JSONValue {
    [
      "by_provider": .array(
        providers.map {
          [
            "provider": .string($0.provider), "microdollars": .whole($0.microdollars),
            "count": .integer($0.count),
          ]
        }),
      "by_day": .array(
        days.map { ["day": .string($0.day), "microdollars": .whole($0.microdollars)] }),
      "microdollars": .whole(microdollars),
    ]
  }
}

/// A job of the render queue with how far it is.
struct RenderJobValue {
  var job: RenderJob
  /// Nil for jobs whose parts were not looked at.
  var progress: FilmProgress?
  /// Nil where no project asked for it.
  var origin: JobOrigin?

  var json: JSONValue { .object(members) }

  var members: [JSONValue.Member] {
    let own = job.frames > 0 ? Double(job.framesDone) / Double(job.frames) : 0
    let fraction = job.state.isSuccess ? 1 : progress?.fraction ?? own
    let path = FilmResult(job)?.films.first?.path ?? FilmSubmission.outputs(of: job).first
    var error = JSONValue.null
    if let code = job.errorCode {
      let (message, advice) = Told.apart(job.errorMessage)
      error = ["code": .string(code), "message": .string(message ?? ""), "advice": .text(advice)]
    }
    return [
      .init("id", .string(job.id)), .init("kind", .string(job.kind.rawValue)),
      .init("state", .string(job.state.rawValue)), .init("label", .string(job.label)),
      .init("project_id", .text(origin?.projectID)), .init("scene_id", .text(origin?.sceneID)),
      .init("profile", .string(job.profile)), .init("priority", .integer(job.priority)),
      .init("attempt", .integer(job.attempt)), .init("max_attempts", .integer(job.maxAttempts)),
      .init("owner", .text(job.owner)), .init("paused", .bool(job.isPaused)),
      .init("frames", .integer(job.frames)), .init("frames_done", .integer(job.framesDone)),
      .init("progress", .number((min(1, max(0, fraction)) * 1000).rounded() / 1000)),
      .init("eta_seconds", .real(progress?.etaMS.map { Double($0) / 1000 })),
      .init("parts", .integer(progress?.parts ?? 0)),
      .init("parts_done", .integer(progress?.partsDone ?? 0)), .init("error", error),
      .init("created_at", .time(job.createdMS)), .init("started_at", .time(job.startedMS)),
      .init("ended_at", .time(job.endedMS)), .init("output_path", .text(path)),
    ]
  }
}
