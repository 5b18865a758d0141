import Storage
import Synchronization
import Testing

@testable import RemoteFunctions
@testable import Workflows

/// An app as an SDK makes one: its function is gone through from the top for every call, by the memos that come with it.
final class FakeApp: AppCaller {
  /// One thing that the function does.
  indirect enum Item: Sendable {
    /// Work; what it answers to an attempt, from 0.
    case run(String, @Sendable (Int) -> Outcome)
    /// Any other step: its op, and what it carries.
    case op(String, kind: String, name: String?, options: JSONValue)
    /// Lines beside each other.
    case parallel([[Item]], isRace: Bool = false)
    /// An error of the function's own, between its steps.
    case fault(@Sendable (Int) -> Outcome?)

    static func run(_ name: String, _ value: JSONValue = .null) -> Item {
      .run(name) { _ in .value(value) }
    }
    static func sleep(_ name: String, _ until: String) -> Item {
      .op(name, kind: "Sleep", name: until, options: .null)
    }
    static func wait(_ name: String, _ event: String, _ timeout: String, _ condition: String? = nil)
      -> Item
    {
      .op(
        name, kind: "WaitForEvent", name: event,
        options: [
          "timeout": .string(timeout), "if": condition.map { .string($0) } ?? .null,
        ])
    }
    static func invoke(_ name: String, _ function: String, _ data: JSONValue, _ timeout: String?)
      -> Item
    {
      .op(
        name, kind: "InvokeFunction", name: name,
        options: [
          "function_id": .string(function), "payload": ["data": data],
          "timeout": timeout.map { .string($0) } ?? .null,
        ])
    }
  }

  enum Outcome: Sendable {
    case value(JSONValue)
    /// Of the step, caught by the SDK.
    case error(String)
    /// The same, and trying again would not help: an error op beside the header that says so.
    case finalError(String)
    /// Of the function: the call's status is 500.
    case fault(String, headers: [(name: String, value: String)] = [], code: String = "unknown")
  }

  /// A call as the app saw it.
  struct Seen: Sendable {
    var url: String
    var body: JSONValue
    var text: String
    var headers: [(name: String, value: String)]

    var target: String? {
      url.contains("stepId=step") ? nil : url.split(separator: "=").last.map(String.init)
    }
    var attempt: Int64 { body["ctx"]?["attempt"]?.integer ?? -1 }
    var isPlanningOnly: Bool { body["ctx"]?["disable_immediate_execution"]?.bool ?? false }
    func memo(_ name: String) -> JSONValue? { body["steps"]?[FakeApp.id(name)] }
  }

  private let functions: [String: [Item]]
  private let catches: Bool
  private let seen = Mutex<[Seen]>([])
  private let done = Mutex<[String]>([])

  /// `catches`: a step's final error does not end the function.
  init(_ functions: [String: [Item]], catches: Bool = false) {
    (self.functions, self.catches) = (functions, catches)
  }

  var calls: [Seen] { seen.withLock { $0 } }
  /// The steps that were executed, in order, once for each time.
  var executed: [String] { done.withLock { $0 } }

  /// Not the wire's SHA-1: the server has only to give it back.
  static func id(_ name: String) -> String {
    name + String(repeating: "0", count: max(0, 40 - name.utf8.count))
  }

  func call(_ call: AppCall) async throws -> AppReply {
    let body = try JSONValue(parsing: call.body)
    let request = Seen(
      url: call.url, body: body, text: String(decoding: call.body, as: UTF8.self),
      headers: call.headers)
    seen.withLock { $0.append(request) }
    guard let items = functions.first(where: { call.url.contains("fnId=\($0.key)&") })?.value else {
      return reply(
        500, ["name": "Error", "message": "no such function", "code": "function_not_found"])
    }
    let memos = body["steps"] ?? [:]
    if let target = request.target { return execute(Self.find(target, items), request) }
    for case .fault(let fault) in items {
      if let outcome = fault(Int(request.attempt)) { return function(outcome) }
    }
    if !catches, let failed = memos.members?.first(where: { !($0.value["error"] ?? .null).isNull })
    {
      return reply(500, failed.value["error"] ?? .null, [("x-inngest-no-retry", "true")])
    }
    let open = Self.open(items, memos, isRace: false)
    guard let first = open.first else { return reply(200, memos) }
    if open.count == 1, case .run = first.item, !first.isParallel, !request.isPlanningOnly {
      return execute(first.item, request)
    }
    return reply(206, .array(open.map { Self.op($0.item, isRace: $0.isRace) }))
  }

  private typealias Open = (item: Item, isParallel: Bool, isRace: Bool)

  /// The steps that come next, by the memos that there are.
  private static func open(
    _ items: [Item], _ memos: JSONValue, isRace: Bool, isParallel: Bool = false
  ) -> [Open] {
    for item in items {
      switch item {
      case .fault: continue
      case .run(let name, _), .op(let name, _, _, _):
        if memos[id(name)] == nil { return [(item, isParallel, isRace)] }
      case .parallel(let lines, let isRace):
        let open = lines.flatMap { Self.open($0, memos, isRace: isRace, isParallel: true) }
        if !open.isEmpty { return open }
      }
    }
    return []
  }

  private static func find(_ target: String, _ items: [Item]) -> Item? {
    for item in items {
      switch item {
      case .run(let name, _) where id(name) == target: return item
      case .parallel(let lines, _):
        if let found = lines.lazy.compactMap({ find(target, $0) }).first { return found }
      default: continue
      }
    }
    return nil
  }

  private static func op(_ item: Item, isRace: Bool) -> JSONValue {
    let mode: JSONValue = isRace ? ["parallelMode": "race"] : .null
    switch item {
    case .run(let name, _):
      return [
        "op": "StepPlanned", "id": .string(id(name)), "name": .string(name),
        "displayName": .string(name), "opts": mode,
      ]
    case .op(let label, let kind, let name, let options):
      return [
        "op": .string(kind), "id": .string(id(label)), "name": name.map { .string($0) } ?? .null,
        "displayName": .string(label), "opts": options, "data": .null,
      ]
    default: return .null
    }
  }

  private func execute(_ item: Item?, _ request: Seen) -> AppReply {
    guard case .run(let name, let work)? = item else {
      return reply(500, ["message": "step is not there", "code": "step_unexpected"])
    }
    done.withLock { $0.append(name) }
    var op: [JSONValue.Member] = [
      .init("id", .string(Self.id(name))), .init("name", .string(name)),
      .init("displayName", .string(name)), .init("opts", .null),
    ]
    let outcome = work(Int(request.attempt))
    switch outcome {
    case .value(let value):
      op += [.init("op", "StepRun"), .init("data", value)]
    case .error(let message):
      let isLast = request.attempt + 1 >= (request.body["ctx"]?["max_attempts"]?.integer ?? 0)
      op += [
        .init("op", isLast ? "StepFailed" : "StepError"),
        .init("error", ["name": "RuntimeError", "message": .string(message), "stack": "line 1"]),
      ]
    case .finalError(let message):
      op += [
        .init("op", "StepError"),
        .init("error", ["name": "NonRetriableError", "message": .string(message)]),
      ]
      return reply(206, [.object(op)], [("x-inngest-no-retry", "true")])
    case .fault: return function(outcome)
    }
    return reply(206, [.object(op)])
  }

  private func function(_ outcome: Outcome) -> AppReply {
    guard case .fault(let message, let headers, let code) = outcome else {
      return reply(200, .null)
    }
    return reply(
      500,
      [
        "name": "RuntimeError", "message": .string(message), "stack": "line 7",
        "code": .string(code),
      ], headers)
  }

  private func reply(
    _ status: Int, _ body: JSONValue, _ headers: [(name: String, value: String)] = []
  ) -> AppReply {
    AppReply(
      status: status,
      headers: [("x-inngest-sdk", "fake:v1"), ("x-inngest-req-version", "2")] + headers,
      body: body.bytes)
  }
}

/// Answers with the same each time.
struct FixedApp: AppCaller {
  var reply: @Sendable (AppCall) throws -> AppReply
  func call(_ call: AppCall) async throws -> AppReply { try reply(call) }

  static func answering(_ status: Int, _ body: String, sdk: Bool = true) -> FixedApp {
    FixedApp { _ in
      AppReply(
        status: status, headers: sdk ? [("X-Inngest-Sdk", "fake:v1")] : [], body: Array(body.utf8))
    }
  }
}

/// A function of the app `studio`, which the event `scene/ready` starts, with more of a registration's keys.
func remote(
  _ name: String, _ app: any AppCaller, event: String = "scene/ready", retries: Int = 4,
  _ more: [String: JSONValue] = [:],
  change: (inout RemoteSettings) -> Void = { _ in }
) throws -> RemoteFunction {
  let id = "studio-\(name)"
  var members: [JSONValue.Member] = [
    .init("id", .string(id)), .init("name", .string(name)),
    .init("triggers", more["triggers"] ?? [["event": .string(event)]]),
    .init(
      "steps",
      [
        "step": [
          "id": "step", "name": "step", "retries": ["attempts": .integer(retries)],
          "runtime": [
            "type": "http", "url": .string("http://app.test/api?fnId=\(id)&stepId=step"),
          ],
        ]
      ]),
  ]
  members += more.filter { $0.key != "triggers" }.map { .init($0.key, $0.value) }
  let configuration = try FunctionConfiguration(parsing: JSONValue.object(members).text)
  var settings = RemoteSettings()
  (settings.backOff, settings.jitter) = (.delays([.seconds(10), .seconds(20)]), .zero)
  change(&settings)
  let catalog = FunctionCatalog()
  catalog.replace(
    appID: "studio",
    with: [id: .init(appID: "studio", url: configuration.url, isArchived: false)])
  return RemoteFunction(
    configuration: configuration, isArchived: false,
    context: RemoteContext(catalog: catalog, settings: settings, caller: app))
}

extension TestEngine {
  /// Sends an event and lets time pass until all runs have ended; the first run of a function.
  func outcome(
    of name: String, sending event: String = "scene/ready", _ data: String = "{\"sceneId\":\"s3\"}"
  ) async throws -> RunDetail {
    try await engine.send([OutgoingEvent(named: event, data: data)])
    try await finish()
    return try await detail(of: name)
  }

  func detail(of name: String) async throws -> RunDetail {
    let run = try #require(try await runs().first { $0.functionID == "studio-\(name)" })
    return try #require(try await engine.run(run.id))
  }
}
