internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import SceneDocument
internal import Storage
internal import Workflows

/// Events: what came, and sending some.
struct EventRoutes: RouteGroup {
  let backend: NodeBackend

  private static let largestBody = 16 << 20
  private static let mostEvents = 5_000

  func add(to routes: Routes) {
    let events = routes.api.group("events")
    events.get("") { request, _ in try await list(request) }
    events.post("") { request, context in try await send(request, context) }
    events.one(
      "event",
      text: { id in
        guard let found = try await backend.engine.eventOverview(id) else { return nil }
        return JSONText(
          found.event.members + [.init("runs", .array(found.runs.map { .string($0) }))],
          and: ["data": JSONText(stored: found.event.data)])
      })
  }

  private func list(_ request: Request) async throws -> Response {
    let page = try await Page(request, known: ["name"]) { query, count in
      var before: Int64?
      if let cursor = try query.cursor() {
        guard let place = Int64(cursor[0]) else {
          throw Problem.badRequest("'cursor' is not one of this list's")
        }
        before = place
      }
      return try await backend.engine.eventOverviews(
        EventFilter(name: query["name"], before: before, limit: count))
    }
    return page.response(cursor: { Cursor.text(String($0.event.sequence)) }, value: \.json)
  }

  private func send(_ request: Request, _ context: NodeContext) async throws -> Response {
    let bytes = try await BodyReader.jsonBytes(request, context, upTo: Self.largestBody)
    let body = try BodyReader.json(bytes)
    let read: [OutgoingEvent]
    if case .array(let items) = body {
      guard (1...Self.mostEvents).contains(items.count) else {
        throw Problem.invalid("a request has 1 to \(Self.mostEvents) events")
      }
      read = try items.enumerated().map { try Self.event($1, at: "/\($0)") }
    } else {
      read = [try Self.event(body, at: "")]
    }
    let events = try read.keepingNumbers(of: Array(bytes.readableBytesView))
    try context.door?.limit(events: events.count, of: context.client)
    // By itself the engine may begin what it starts at once.
    if context.idempotency == nil {
      return Self.answer(try await backend.engine.send(events)).response
    }
    let engine = backend.engine
    return try await backend.changing(context) { Self.answer(try engine.send(events, in: $0)) }
  }

  private static func answer(_ stored: [Event]) -> Answered {
    Answered(["ids": .array(stored.map { .string($0.id) })], at: nil)
  }

  private static func event(_ value: JSONValue, at pointer: String) throws -> OutgoingEvent {
    var reader = try ObjectReader(value, at: pointer)
    let name = try reader.requiredString("name", upTo: 512)
    let data = reader.value("data") ?? .object([])
    guard case .object = data else { throw reader.wrong("data", "must be an object") }
    let id = try reader.string("id", upTo: 512)
    let time = try time(&reader)
    let version = try reader.string("v", upTo: 200)
    try reader.finish()
    do {
      return try OutgoingEvent(
        named: name, data: data.compactText, id: id, at: time, version: version)
    } catch let error as InvalidEvent {
      throw Problem(.unprocessableContent, told: "\(error)", name: .invalid)
    }
  }

  /// Milliseconds since 1970 or RFC 3339, in the years 1980 to 2100.
  private static func time(_ reader: inout ObjectReader) throws -> Int64? {
    guard let value = reader.value("ts") else { return nil }
    var time: Int64?
    switch value {
    case .number(let number): time = Int64(exactly: number)
    case .string(let text): time = TimeText.milliseconds(text)
    default: break
    }
    guard let time, (315_532_800_000...4_133_980_799_999).contains(time) else {
      throw reader.wrong(
        "ts", "must be milliseconds since 1970 or a time such as 2026-11-21T19:10:26.123Z")
    }
    return time
  }
}
