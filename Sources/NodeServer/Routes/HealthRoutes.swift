internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SceneDocument

/// Whether the node lives and is ready, its numbers and its description.
struct HealthRoutes: RouteGroup {
  let server: NodeService

  func add(to routes: Routes) {
    let version = server.backend.version
    routes.root.get("health") { _, _ in
      Reply.json(["status": 200, "message": "OK", "version": .string(version)])
    }
    routes.root.get("ready") { _, _ in
      let state = try await server.system.state()
      return Reply.json(
        ["ready": .bool(state.isReady), "checks": state.checksJSON],
        status: state.isReady ? .ok : .serviceUnavailable)
    }
    routes.root.get("metrics") { _, _ in
      let text = try await NodeMetrics(server: server).text()
      return Reply.bytes(Array(text.utf8), "text/plain; version=0.0.4; charset=utf-8")
    }
    routes.root.get("openapi.json") { _, _ in
      Reply.bytes(PackageResources.openapi_json, "application/json", cache: "no-cache")
    }
  }
}
