import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import SceneDocument
import Serving
import Synchronization

@testable import NodeServer

/// A node that serves the dashboard's own files, and whose data a test writes: lists, single things, and what is told live.
final class ScriptedNode: Sendable {
  struct Call: Sendable {
    var method: String
    /// Below `/api/v1/`.
    var path: String
    var query: [String: String]
    var body: [UInt8]
    var key: String?
  }

  private struct State {
    var lists: [String: [JSONValue]] = [:]
    var values: [String: JSONValue] = [:]
    var answers: [String: @Sendable (Call) -> (HTTPResponse.Status, JSONValue)] = [:]
    var calls: [Call] = []
    var listeners: [Int: AsyncStream<String>.Continuation] = [:]
    var told: [(number: Int, text: String)] = []
    var number = 0
    var opened = 0
    var topics: Set<String> = []
    var epoch = "first"
  }

  private let state = Mutex(State())

  // MARK: What a test writes

  func list(_ path: String, _ items: [JSONValue]) { state.withLock { $0.lists[path] = items } }
  func value(_ path: String, _ value: JSONValue) { state.withLock { $0.values[path] = value } }

  /// What a POST or DELETE is answered.
  func answer(
    _ path: String, _ answer: @escaping @Sendable (Call) -> (HTTPResponse.Status, JSONValue)
  ) {
    state.withLock { $0.answers[path] = answer }
  }

  /// What is told stands in the lists too: whoever fetches them afterwards finds it there.
  func tell(_ kind: String, _ data: JSONValue) {
    state.withLock { state in
      if let path = Self.places[kind] { Self.put(data, into: &state.lists[path, default: []]) }
      state.number += 1
      let text =
        "id: \(state.epoch)-\(state.number)\nevent: \(kind)\ndata: \(data.compactText)\n\n"
      state.told.append((state.number, text))
      for listener in state.listeners.values { listener.yield(text) }
    }
  }

  private static let places = [
    "project": "projects", "job": "render-jobs", "run": "runs", "event": "events",
    "worker": "workers",
  ]

  private static func put(_ data: JSONValue, into list: inout [JSONValue]) {
    guard let id = data["id"] else { return }
    if let place = list.firstIndex(where: { $0["id"] == id }) {
      list[place] = data
    } else {
      list.insert(data, at: 0)
    }
  }

  /// Ends all streams, as a node that goes down does. `epoch` is that of the node which comes back.
  func hangUp(epoch: String? = nil) {
    state.withLock { state in
      for listener in state.listeners.values { listener.finish() }
      state.listeners = [:]
      if let epoch { state.epoch = epoch }
    }
  }

  var calls: [Call] { state.withLock { $0.calls } }
  /// Streams that are open, and the topics of the one that was opened last.
  var listeners: Int { state.withLock { $0.listeners.count } }
  var topics: Set<String> { state.withLock { $0.topics } }

  // MARK: Routes

  /// On a free port for as long as `body` takes.
  func serve<Value: Sendable>(
    _ body: @escaping @Sendable (_ address: String) async throws -> Value
  ) async throws -> Value {
    let router = Router(context: NodeContext.self)
    DashboardRoutes().add(to: Routes(root: router.group(""), api: router.group("api/v1")))
    router.get("api/v1/live") { request, _ in self.live(request) }
    for method in [HTTPRequest.Method.get, .post, .delete] {
      router.on("api/v1/**", method: method) { request, _ in try await self.respond(request) }
    }
    let (ports, told) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      router: router, server: .kept(),
      configuration: .init(address: .hostname("127.0.0.1", port: 0)),
      onServerRunning: { channel in told.yield(channel.localAddress?.port ?? 0) })
    return try await withThrowingTaskGroup(of: Value?.self) { group in
      group.addTask {
        try await application.run()
        return nil
      }
      group.addTask {
        var iterator = ports.makeAsyncIterator()
        return try await body("http://127.0.0.1:\(await iterator.next() ?? 0)")
      }
      defer {
        hangUp()
        group.cancelAll()
      }
      while let value = try await group.next() { if let value { return value } }
      throw CancellationError()
    }
  }

  private func respond(_ request: Request) async throws -> Response {
    let query = Dictionary(
      request.uri.queryParameters.map { (String($0.key), String($0.value)) }
    ) { first, _ in first }
    let body = try await request.body.collect(upTo: 1 << 26)
    let call = Call(
      method: request.method.rawValue, path: String(request.uri.path.dropFirst("/api/v1/".count)),
      query: query, body: Array(body.readableBytesView),
      key: HTTPField.Name("Idempotency-Key").flatMap { request.headers[$0] })
    let answer = state.withLock { state in
      state.calls.append(call)
      return state.answers[call.path]
    }
    if let answer, call.method != "GET" {
      let (status, value) = answer(call)
      return status == .noContent ? Reply.noContent() : Reply.json(value, status: status)
    }
    let found = state.withLock { state in
      state.values[call.path]
        ?? state.lists[call.path].map { items in Self.page(items, call.query) }
    }
    guard call.method == "GET", let found else { return Problem.notFound().response }
    return Reply.json(found)
  }

  private static func page(_ items: [JSONValue], _ query: [String: String]) -> JSONValue {
    let limit = query["limit"].flatMap(Int.init) ?? 50
    let start = query["cursor"].flatMap(Int.init) ?? 0
    let rest = items.dropFirst(start)
    let next = rest.count > limit ? String(start + limit) : nil
    return [
      "items": .array(Array(rest.prefix(limit))),
      "next_cursor": next.map(JSONValue.string) ?? .null,
    ]
  }

  private func live(_ request: Request) -> Response {
    let last = request.uri.queryParameters["last_event_id"].map(String.init)
    let topics = request.uri.queryParameters["topics"].map {
      Set($0.split(separator: ",").map(String.init))
    }
    let (stream, continuation) = AsyncStream.makeStream(of: String.self)
    let number = state.withLock { state in
      state.opened += 1
      state.topics = topics ?? []
      state.listeners[state.opened] = continuation
      let hello = #"{"epoch":"\#(state.epoch)","server_time":"2026-11-21T19:10:26.123Z"}"#
      let parts = last?.split(separator: "-").map(String.init) ?? []
      let seen = parts.first == state.epoch ? parts.last.flatMap(Int.init) : nil
      let place = "id: \(state.epoch)-\(seen ?? state.number)\n"
      continuation.yield("\(place)event: hello\ndata: \(hello)\n\n")
      if let seen {
        for (number, text) in state.told where number > seen { continuation.yield(text) }
      } else if last != nil {
        continuation.yield("\(place)event: reset\ndata: {}\n\n")
      }
      return state.opened
    }
    return Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        defer { _ = self.state.withLock { $0.listeners.removeValue(forKey: number) } }
        try await request.body.consumeWithCancellationOnInboundClose { _ in
          for await text in stream { try await writer.write(ByteBuffer(string: text)) }
        }
        try await writer.finish(nil)
      })
  }
}
