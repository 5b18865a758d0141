internal import Hummingbird

/// `GET /api/v1/system`.
struct SystemRoutes: RouteGroup {
  let system: SystemReader

  func add(to routes: Routes) {
    routes.api.get("system") { request, _ in
      _ = try QueryReader(request)
      return Reply.json(try await system.state().json)
    }
  }
}
