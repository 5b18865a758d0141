internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// `GET /api/v1/live`: changes as server-sent events.
struct LiveRoutes: RouteGroup {
  let hub: LiveHub

  func add(to routes: Routes) {
    routes.api.get("live") { request, context in try stream(request, context) }
  }

  private func stream(_ request: Request, _ context: NodeContext) throws -> Response {
    let query = try QueryReader(request, known: ["topics", "last_event_id"])
    let topics = try Self.topics(query["topics"])
    let given = [request.headers[HTTPField.Name("Last-Event-ID")!], query["last_event_id"]]
    let last = given.compactMap(\.self).first
    guard given.allSatisfy({ $0?.utf8.count ?? 0 <= 80 }) else {
      throw Problem.badRequest("'Last-Event-ID' is none that a message had")
    }
    let headers: HTTPFields = [
      .contentType: "text/event-stream", .cacheControl: "no-store",
      HTTPField.Name("X-Accel-Buffering")!: "no",
    ]
    if request.method == .head { return Response(status: .ok, headers: headers) }
    let channel = context.channel
    let client = try hub.join(topics, last: last) { channel.close(promise: nil) }
    return Response(
      status: .ok, headers: headers,
      body: ResponseBody { [hub] writer in
        defer { hub.leave(client) }
        // A client that does not read has little lying in the kernel.
        channel.setOption(.socketOption(.so_sndbuf), value: 64 << 10).whenComplete { _ in }
        try await request.body.consumeWithInboundCloseHandler { _ in
          try await writer.write(hub.greeting(client))
          while let messages = await hub.next(client) {
            try await writer.write(contentsOf: messages)
          }
        } onInboundClosed: {
          hub.end(client)
        }
        try await writer.finish(nil)
      })
  }

  private static func topics(_ text: String?) throws -> Set<LiveTopic> {
    guard let text else {
      return [.projects, .queue, .runs, .workers, .system]
    }
    let words = text.split(separator: ",").map { $0.trimmingSpaces }
    guard (1...64).contains(words.count) else {
      throw Problem.badRequest("'topics' are 1 to 64 words, separated by commas")
    }
    return try Set(
      words.map { word in
        guard let topic = LiveTopic(word) else {
          throw Problem.badRequest(
            "there is no topic '\(word.prefix(80))'",
            advice:
              "give projects, queue, runs, events, functions, workers, system, costs, goldens, project:ID or run:ID"
          )
        }
        return topic
      })
  }
}

extension Substring {
  fileprivate var trimmingSpaces: String {
    String(drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
  }
}
