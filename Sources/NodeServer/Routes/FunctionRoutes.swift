internal import Hummingbird
internal import SceneDocument
internal import Workflows

/// The functions that the node knows.
struct FunctionRoutes: RouteGroup {
  let backend: NodeBackend

  func add(to routes: Routes) {
    let functions = routes.api.group("functions")
    functions.get("") { request, _ in
      let page = try await Page(request) { query, count in
        let after = try query.cursor()?[0] ?? ""
        let all = try await backend.engine.functionOverviews()
        return Array(all.lazy.filter { $0.id > after }.prefix(count))
      }
      return page.response(cursor: { Cursor.text($0.id) }, value: \.json)
    }
    functions.one("function") { id in
      try await backend.engine.functionOverviews().first { $0.id == id }?.json
    }
  }
}

extension FunctionOverview {
  /// FunctionSummary.
  var json: JSONValue {
    [
      "id": .string(id), "name": .string(id), "source": .string(app ?? "native"),
      "triggers": .array(
        events.map { ["event": .string($0)] } + crons.map { ["cron": .string($0)] }),
      "retries": .whole(retries), "limits": limits.json,
      "counts": [
        "running": .integer(counts.running), "queued": .integer(counts.queued),
        "waiting": .integer(counts.waiting), "completed_24h": .integer(counts.completed),
        "failed_24h": .integer(counts.failed),
      ],
      "is_archived": .bool(isArchived),
    ]
  }
}

extension FunctionOverview.Limits {
  /// Those that the function has.
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = []
    if !concurrency.isEmpty {
      members.append(.init("concurrency", .array(concurrency.map { .integer($0) })))
    }
    if let rate { members.append(.init("rate_limit", rate.json)) }
    if let throttle { members.append(.init("throttle", throttle.json)) }
    if let debounce { members.append(.init("debounce", debounce.json)) }
    if let batch { members.append(.init("batch", batch.json)) }
    if let singleton { members.append(.init("singleton", .string(singleton))) }
    if hasPriority { members.append(.init("priority", true)) }
    if !cancelOn.isEmpty {
      members.append(.init("cancel_on", .array(cancelOn.map { .string($0) })))
    }
    return .object(members)
  }
}

extension FunctionOverview.Rate {
  fileprivate var json: JSONValue {
    [
      "limit": .integer(limit), "period_ms": .whole(period.inMilliseconds),
      "burst": .integer(burst),
    ]
  }
}

extension FunctionOverview.Wait {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = []
    if let maxSize { members.append(.init("max_size", .integer(maxSize))) }
    if let period { members.append(.init("period_ms", .whole(period.inMilliseconds))) }
    if let timeout { members.append(.init("timeout_ms", .whole(timeout.inMilliseconds))) }
    return .object(members)
  }
}
