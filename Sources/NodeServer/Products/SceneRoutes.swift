internal import Compositing
internal import Hummingbird
internal import Pipelines
internal import SceneDocument

/// Scenes of projects.
struct SceneRoutes: RouteGroup {
  let backend: NodeBackend
  let painter: StillPainter

  func add(to routes: Routes) {
    let scenes = routes.api.group("scenes")
    scenes.one("scene") { try await scene($0) }
    scenes.get("{id}/thumbnail") { request, context in
      _ = try QueryReader(request, known: ["version"])
      return try await thumbnail(try context.part("id"), request)
    }
    scenes.post("{id}/retry") { request, context in
      _ = try QueryReader(request)
      let id = try context.part("id")
      try await BodyReader.noBody(request, context)
      return try await Problem.translating {
        try await backend.pipeline.retry(scene: id, engine: backend.engine)
        guard let scene = try await scene(id) else { throw Problem.missing("scene", id) }
        return Reply.json(scene)
      }
    }
  }

  /// Nil where there is no such scene.
  private func scene(_ id: String) async throws -> JSONValue? {
    guard let (scene, project, assets) = try await backend.pipeline.scene(id) else { return nil }
    let rendered = await backend.pipeline.rendering(ofFilm: project.filmJob)
    return SceneValue(
      scene: scene, settings: project.settings, assets: assets, rendered: rendered[scene.position]
    ).json
  }

  /// The version in its address changes when the picture does.
  private func thumbnail(_ id: String, _ request: Request) async throws -> Response {
    let picture = try await backend.pipeline.thumbnail(ofScene: id, painter: painter)
    guard let picture else { throw Problem.notFound("scene '\(id)' has no picture, or not yet") }
    let isVersioned = request.uri.query?.contains("version=") ?? false
    return Reply.bytes(
      picture, "image/jpeg",
      cache: isVersioned ? "private, max-age=31536000, immutable" : "no-cache")
  }
}
