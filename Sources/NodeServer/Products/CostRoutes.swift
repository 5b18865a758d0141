internal import Hummingbird
internal import Pipelines

/// What requests to providers cost.
struct CostRoutes: RouteGroup {
  let backend: NodeBackend

  func add(to routes: Routes) {
    let costs = routes.api.group("costs")
    costs.get("") { request, _ in try await list(request, project: nil) }
    costs.get("totals") { request, _ in
      _ = try QueryReader(request)
      return Reply.json(try await backend.pipeline.costTotals().json)
    }
  }

  /// - Parameter project: of a project's own list; nil takes the one that the query names.
  func list(_ request: Request, project: String?) async throws -> Response {
    let page = try await Page(
      request, known: project == nil ? ["project", "provider"] : ["provider"]
    ) { query, count in
      try await backend.pipeline.costs(
        project: project ?? query["project"], provider: query["provider"],
        before: try query.cursor()?[0], limit: count)
    }
    return page.response(cursor: { Cursor.text($0.attempt) }, value: \.json)
  }
}
