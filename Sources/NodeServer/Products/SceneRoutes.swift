internal import Compositing
internal import Hummingbird
internal import Pipelines
internal import SceneDocument
internal import Storage

/// Scenes of projects.
struct SceneRoutes: RouteGroup {
  let backend: NodeBackend
  let painter: StillPainter

  func add(to routes: Routes) {
    let scenes = routes.api.group("scenes")
    scenes.one("scene") { [backend] id in
      try await backend.database.read { try Self.scene(id, backend, $0) }
    }
    scenes.get("{id}/thumbnail") { request, context in
      _ = try QueryReader(request, known: ["version"])
      return try await thumbnail(try context.part("id"), request)
    }
    scenes.post("{id}/retry") { request, context in
      _ = try QueryReader(request)
      let id = try context.part("id")
      try await BodyReader.noBody(request, context)
      let backend = backend
      return try await Problem.translating {
        try await backend.changing(context) { db in
          try backend.pipeline.retry(scene: id, engine: backend.engine, in: db)
          guard let scene = try Self.scene(id, backend, db) else {
            throw Problem.missing("scene", id)
          }
          return Answered(changed: scene)
        }
      }
    }
  }

  /// Nil where there is no such scene.
  private static func scene(
    _ id: String, _ backend: NodeBackend, _ db: any Connection
  ) throws -> JSONValue? {
    guard let (scene, project, assets) = try backend.pipeline.scene(id, in: db) else { return nil }
    let rendered = try backend.pipeline.rendering(ofFilm: project.filmJob, in: db)
    return SceneValue(
      scene: scene, settings: project.settings, assets: assets, rendered: rendered[scene.position]
    ).json
  }

  /// The version in its address changes when the picture does.
  private func thumbnail(_ id: String, _ request: Request) async throws -> Response {
    let picture = try await Problem.translating {
      try await backend.pipeline.thumbnail(ofScene: id, painter: painter)
    }
    guard let picture else { throw Problem.notFound("scene '\(id)' has no picture, or not yet") }
    let isVersioned = request.uri.query?.contains("version=") ?? false
    return Reply.bytes(
      picture, "image/jpeg",
      cache: isVersioned ? "private, max-age=31536000, immutable" : "no-cache")
  }
}
