internal import Foundation
internal import Workflows

/// What a call tells an app of a run.
struct CallRequest {
  /// Beyond it the app has to fetch the state itself.
  static let largestBody = 4 << 20

  let run: RemoteRun
  /// The planned step to execute; nil to go on.
  let target: String?
  /// From 0.
  let attempt: Int
  /// Among a run's steps, for the app's log.
  let item: String

  func call(now: Int64) throws -> AppCall {
    let body = try body()
    let settings = run.settings
    var headers: [(name: String, value: String)] = [
      ("content-type", "application/json"), ("x-run-id", run.runID),
      ("x-inngest-req-version", "2"), ("x-inngest-server-kind", settings.serverKind),
      ("x-inngest-step-id", target ?? "step"), ("x-request-id", "\(run.runID):\(item)"),
    ]
    if let signature = settings.signature(of: body, now: now) {
      headers.append(("x-inngest-signature", signature))
    }
    return AppCall(
      .post, try url, headers: headers, body: body, timeout: settings.callTimeout)
  }

  private var url: String {
    get throws {
      let registered = try run.address()
      guard let target, var parts = URLComponents(string: registered) else { return registered }
      var items = (parts.queryItems ?? []).filter { $0.name != "stepId" }
      items.append(URLQueryItem(name: "stepId", value: target))
      parts.queryItems = items
      return parts.string ?? registered
    }
  }

  private func body() throws -> [UInt8] {
    let whole = text(run.eventTexts, run.memos.all.memos, isLeftOut: false)
    if whole.utf8.count <= Self.largestBody { return Array(whole.utf8) }
    return Array(text(run.eventTexts, [:], isLeftOut: true).utf8)
  }

  /// Canonical: members in the order of their keys, each part canonical by itself.
  private func text(_ events: [String], _ memos: [String: String], isLeftOut: Bool) -> String {
    let steps = memos.sorted { $0.key < $1.key }
      .map { "\(JSONValue.string($0.key).text):\($0.value)" }
    let list = isLeftOut ? "" : events.joined(separator: ",")
    return """
      {"ctx":\(context(isLeftOut)),"event":\(events[0]),"events":[\(list)],\
      "steps":{\(steps.joined(separator: ","))},"use_api":\(isLeftOut),\
      "version":\(run.memos.version)}
      """
  }

  private func context(_ isLeftOut: Bool) -> String {
    let stack = run.memos.all.stack
    // Members stand in the order of their keys.
    let context: JSONValue = [
      "attempt": .integer(attempt),
      "disable_immediate_execution": .bool(run.memos.hasOpen),
      "env": .string(run.settings.environment),
      "max_attempts": .integer(run.maxAttempts),
      "qi_id": .string("\(run.runID):\(item)"),
      "run_id": .string(run.runID),
      "stack": [
        "current": .integer(stack.count), "stack": .array(stack.map { .string($0) }),
      ],
      "step_id": .string(target ?? "step"),
      "use_api": .bool(isLeftOut),
    ]
    return context.text
  }
}
