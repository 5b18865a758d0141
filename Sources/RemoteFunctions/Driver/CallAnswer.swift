internal import Workflows

/// What an app's answer to a call means.
enum CallAnswer: Sendable {
  /// The function has ended; its result as JSON.
  case finished(String)
  case ops([Op])
  case failed(CallFailure)
}

/// A call that has not brought a run on.
struct CallFailure: Sendable, Equatable {
  var error: StoredError
  /// Trying again would not help.
  var isFinal = false
  var retryAfter: Duration?
  /// The app's word for what happened.
  var code: String?

  init(
    _ error: StoredError, isFinal: Bool = false, retryAfter: Duration? = nil, code: String? = nil
  ) {
    (self.error, self.isFinal, self.retryAfter, self.code) = (error, isFinal, retryAfter, code)
  }

  init(_ name: String, _ message: String, isFinal: Bool = false) {
    self.init(StoredError(name: name, message: message), isFinal: isFinal)
  }

  /// As the engine wants to be told.
  var thrown: any Error {
    if isFinal { return StepFailure.noRetry(error) }
    return retryAfter.map { StepFailure.retryAfter(error, $0) } ?? error
  }
}

extension StoredError {
  /// As an app writes an error: `name`, `message`, `stack`.
  init(wire value: JSONValue?, fallback: String) {
    self.init(
      name: value?["name"]?.string ?? "Error",
      message: value?["message"]?.string ?? value?.string ?? fallback,
      stack: value?["stack"]?.string)
  }

  var wire: JSONValue {
    ["name": .string(name), "message": .string(message), "stack": .string(stack ?? "")]
  }
}

extension AppReply {
  /// `now` is UTC milliseconds.
  func answer(now: Int64) -> CallAnswer {
    guard header("x-inngest-sdk") != nil else {
      return .failed(
        CallFailure(
          "NotAnApp",
          "the address answered with status \(status) and without 'x-inngest-sdk': \(excerpt)\n  → look whether the app is served there"
        ))
    }
    if status == 201, let inner = unwrapped { return inner.answer(now: now) }
    if (200...299).contains(status) { return success(now: now) }
    return .failed(failure(now: now, isFinal: isNoRetry))
  }

  private var isNoRetry: Bool { header("x-inngest-no-retry")?.lowercased() == "true" }

  private func success(now: Int64) -> CallAnswer {
    if status == 206, let ops = ops(now: now) { return ops }
    if isNoRetry { return .failed(failure(now: now, isFinal: true)) }
    guard let value = try? JSONValue(parsing: body) else {
      return .finished(body.isEmpty ? "null" : JSONValue.string(text).text)
    }
    return .finished(value.text)
  }

  /// Nil where trying again would not help, and the answer has no step that says so of itself.
  private func ops(now: Int64) -> CallAnswer? {
    do {
      let value = try JSONValue(parsing: body)
      let ops = try (value.items ?? [value]).map(Op.init)
      if ops.isEmpty, isNoRetry { return nil }
      return .ops(ops.map { told($0, now: now) })
    } catch _ where isNoRetry {
      return nil
    } catch let error as Op.Unsupported {
      return .failed(
        CallFailure(
          "UnsupportedOp",
          "the app cannot be served: \(error.problem)\n  → use what the manual lists",
          isFinal: true))
    } catch {
      return .failed(CallFailure("BadAnswer", "the app's answer is no JSON: \(error)"))
    }
  }

  /// With what the answer's headers say of a step that has failed: they are about that step, not about the function.
  private func told(_ op: Op, now: Int64) -> Op {
    guard op.kind == .error else { return op }
    var op = op
    if isNoRetry { op.kind = .failed }
    op.retryAfter = retryAfter(now: now)
    return op
  }

  private func failure(now: Int64, isFinal: Bool) -> CallFailure {
    let value = try? JSONValue(parsing: body)
    return CallFailure(
      StoredError(wire: value, fallback: "the app answered with status \(status): \(excerpt)"),
      isFinal: isFinal, retryAfter: retryAfter(now: now), code: value?["code"]?.string)
  }

  private func retryAfter(now: Int64) -> Duration? {
    header("retry-after").flatMap { WireTime.retryAfter($0, now: now) }
  }

  /// The answer inside a streamed one: its headers are added to those outside.
  private var unwrapped: AppReply? {
    guard let value = try? JSONValue(parsing: body), let status = value["status"]?.integer else {
      return nil
    }
    let inside = (value["headers"]?.members ?? []).map { ($0.key, $0.value.string ?? "") }
    let content = value["body"] ?? .null
    return AppReply(
      status: Int(status), headers: inside + [("x-inngest-sdk", header("x-inngest-sdk") ?? "")],
      body: Array((content.string ?? content.text).utf8))
  }

  private var text: String { String(decoding: body, as: UTF8.self) }

  /// The beginning of the body, for messages.
  private var excerpt: String {
    let start = String(decoding: body.prefix(300), as: UTF8.self)
    return String(start.map { $0.isNewline ? " " : $0 })
  }
}
