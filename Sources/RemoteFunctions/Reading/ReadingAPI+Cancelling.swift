internal import Storage
internal import Workflows

extension ReadingAPI {
  /// `POST /v1/cancellations`: cancels an app's runs of one function that began before a time, and after another one if it is
  /// given, and for whose event `if` is true.
  ///
  ///     {"app_id": "studio", "function_id": "render", "started_before": "2026-11-21T06:00:00Z",
  ///      "started_after": "2026-11-20T06:00:00Z", "if": "event.data.project == 'p1'"}
  public func cancelRuns(body: [UInt8]) async throws -> IntakeAnswer {
    let wanted: Cancellation
    do {
      wanted = try Cancellation(body)
    } catch {
      return refuse(400, error.description)
    }
    guard let function = wanted.candidates.first(where: engine.has) else {
      return refuse(404, "app '\(wanted.app)' has no function '\(wanted.function)'")
    }
    let condition = wanted.condition
    let count = try await engine.cancelRuns(
      of: function, after: wanted.after, before: wanted.before,
      reason: "it was cancelled with others through the API"
    ) { event in
      guard let condition else { return true }
      return EventValues.value(event).map { condition.isTrue(event: $0) } ?? false
    }
    return answer(
      JSONText([
        "id": .string(ULID.make(at: clock.now).description), "app_id": .string(wanted.app),
        "function_id": .string(function), "started_after": .instant(wanted.after),
        "started_before": .instant(wanted.before),
        "if": condition.map { .string($0.text) } ?? .null, "cancelled": .integer(count),
      ]))
  }
}

/// Which runs are to be cancelled.
private struct Cancellation {
  var app: String
  var function: String
  /// UTC milliseconds.
  var after: Int64?
  var before: Int64
  var condition: Expression?

  struct Invalid: Error { let description: String }

  /// Ids that may be meant: functions are also known by their composite ids.
  var candidates: [String] {
    ["\(app)-\(function)"] + (function.hasPrefix("\(app)-") ? [function] : [])
  }

  init(_ body: [UInt8]) throws(Invalid) {
    guard let value = try? JSONValue(parsing: body), value.members != nil else {
      throw Invalid(description: "the body is no object")
    }
    app = try Self.text("app_id", value)
    function = try Self.text("function_id", value)
    after = try Self.instant("started_after", value)
    guard let before = try Self.instant("started_before", value) else {
      throw Invalid(
        description: "'started_before' is missing\n  → give a time such as 2026-11-21T06:00:00Z")
    }
    self.before = before
    guard let text = value["if"], !text.isNull, text != "" else { return }
    guard let text = text.string else { throw Invalid(description: "'if' is no text") }
    do {
      condition = try Expression(parsing: text)
    } catch {
      throw Invalid(description: "'if': \(error)")
    }
  }

  private static func text(_ key: String, _ value: JSONValue) throws(Invalid) -> String {
    guard let text = value[key]?.string, !text.isEmpty else {
      throw Invalid(description: "'\(key)' is missing")
    }
    return text
  }

  private static func instant(_ key: String, _ value: JSONValue) throws(Invalid) -> Int64? {
    guard let found = value[key], !found.isNull else { return nil }
    guard let instant = found.string.flatMap({ InstantText.read($0) }) else {
      throw Invalid(
        description:
          "'\(key)' is no time such as 2026-11-21T06:00:00Z\n  → write it as RFC 3339 has it")
    }
    return instant
  }
}
