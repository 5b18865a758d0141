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
    let query = try QueryReader(
      request, known: project == nil ? ["project", "provider"] : ["provider"], isList: true)
    let limit = try query.limit()
    let entries = try await backend.pipeline.costs(
      project: project ?? query["project"], provider: query["provider"],
      before: try query.cursor()?[0], limit: limit + 1)
    let page = Page(entries, limit: limit)
    return Reply.page(page.items.map(\.json), next: page.last.map { Cursor.text($0.attempt) })
  }
}
