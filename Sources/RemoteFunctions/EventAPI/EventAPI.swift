internal import Crypto
public import Workflows

/// Takes events in, as SDKs send them.
public struct EventAPI: Sendable {
  /// Which keys may send events.
  public enum Keys: Sendable, Equatable {
    /// None is asked for.
    case unchecked
    /// One of these; where there is none, nothing is taken.
    case required(Set<String>)
  }

  private let engine: Engine
  private let keys: Keys
  private let serverKind: String

  /// `serverKind` is `dev` or `cloud`, as every answer says.
  public init(engine: Engine, keys: Keys = .unchecked, serverKind: String = "dev") {
    (self.engine, self.keys, self.serverKind) = (engine, keys, serverKind)
  }

  /// The most that a request may have, bytes.
  public static let largestBody = 16 << 20

  /// `POST /e/{key}`; `seed` is the header `x-inngest-event-id-seed`. The events are on the disk when this returns. Throws
  /// what the database does.
  public func receive(key: String, seed: String? = nil, body: [UInt8]) async throws
    -> IntakeAnswer
  {
    if let refusal = refusal(key) { return refusal }
    if body.count > Self.largestBody {
      return answer(
        400, ids: [],
        error: "the body has \(body.count) bytes, and 16 MiB are allowed\n  → send less at a time")
    }
    let batch = EventBatch(parsing: body, seed: seed.flatMap { EventIDSeed($0) })
    let stored = try await engine.send(batch.events)
    return answer(batch.fault == nil ? 200 : 400, ids: stored.map(\.id), error: batch.fault)
  }

  /// `POST /invoke/{function}`: starts one function with an event without a name.
  public func invoke(function id: String, key: String? = nil, body: [UInt8]) async throws
    -> IntakeAnswer
  {
    if let key, let refusal = refusal(key) { return refusal }
    let input: String
    do {
      input = try Self.input(body)
    } catch {
      return answer(400, ids: nil, error: error.description)
    }
    do {
      let event = try await engine.invoke(function: id, input: input)
      return answer(
        200, JSONText(["id": .string(event.id), "status": .integer(200)]))
    } catch let error as InvalidFunction {
      return answer(404, ids: nil, error: error.description)
    }
  }

  /// `GET /health`.
  public func health() -> IntakeAnswer {
    answer(200, JSONText(["status": .integer(200), "message": .string("OK")]))
  }

  private static func input(_ body: [UInt8]) throws(JSONError) -> String {
    if body.isEmpty { return "{}" }
    let value = try JSONValue(parsing: body)
    guard value.members != nil else {
      throw JSONError(offset: 0, problem: "the body is no object\n  → send {\"data\": {…}}")
    }
    guard let data = value["data"], !data.isNull else { return "{}" }
    guard data.members != nil else {
      throw JSONError(offset: 0, problem: "its 'data' is no object\n  → send {\"data\": {…}}")
    }
    return data.text
  }

  /// Whether it is one of the keys that are asked for: pages of other sites may send events with it. False where none is.
  public func isKnown(key: String) -> Bool {
    guard case .required(let known) = keys else { return false }
    // Digests are compared in constant time, and all of them.
    let shown = SHA256.hash(data: Array(key.utf8))
    return known.map { SHA256.hash(data: Array($0.utf8)) == shown }.contains(true)
  }

  /// `OPTIONS /e/{key}`: a browser asks whether a page of another site may send events.
  public func preflight(key: String) -> IntakeAnswer {
    if let refusal = refusal(key) { return refusal }
    return IntakeAnswer(status: 204, headers: [.init("x-inngest-server-kind", serverKind)])
  }

  // MARK: Answers

  private func refusal(_ key: String) -> IntakeAnswer? {
    guard case .required(let known) = keys else { return nil }
    if known.isEmpty {
      return answer(
        503, ids: nil, error: "no event key is configured\n  → set one, and send it in the path")
    }
    return isKnown(key: key) ? nil : answer(401, ids: nil, error: "the event key is not known")
  }

  private func answer(_ status: Int, ids: [String]?, error: String? = nil) -> IntakeAnswer {
    answer(
      status,
      JSONText([
        "ids": ids.map { .list($0.map { .string($0) }) }, "status": .integer(status),
        "error": error.map { .string($0) },
      ]))
  }

  private func answer(_ status: Int, _ body: JSONText) -> IntakeAnswer {
    var answer = IntakeAnswer.json(status, body)
    answer.headers.append(.init("x-inngest-server-kind", serverKind))
    return answer
  }
}
