internal import Hummingbird

/// `GET /api/v1/system`.
struct SystemRoutes: RouteGroup {
  let backend: NodeBackend
  let live: LiveHub

  func add(to routes: Routes) {
    routes.api.get("system") { request, _ in
      _ = try QueryReader(request)
      return Reply.json(try await SystemState.read(backend, liveClients: live.count).json)
    }
  }
}
