internal import Foundation
internal import WebClient

/// A value of a request's body.
enum SupabaseValue: Encodable, Sendable {
  case text(String)
  case number(Int64)
  case object([String: SupabaseValue])

  func encode(to encoder: any Encoder) throws {
    var value = encoder.singleValueContainer()
    switch self {
    case .text(let text): try value.encode(text)
    case .number(let number): try value.encode(number)
    case .object(let object): try value.encode(object)
    }
  }
}

extension SupabaseStore {
  func object(_ key: String, _ kind: String = "") -> String {
    "/object/\(kind)\(ObjectKey.encoded(settings.bucket))/\(ObjectKey.path(key))"
  }

  /// Sends a request that may be repeated, until there is an answer to count on.
  func send(
    _ method: WebRequest.Method, _ path: String, key: String?,
    headers: [(name: String, value: String)] = [], body: WebRequest.Body = .none, bytes: Int64 = 0,
    json: [String: SupabaseValue]? = nil
  ) async throws -> WebReply {
    var (headers, body) = (headers, body)
    if let json {
      body = .bytes(Array(try JSONEncoder().encode(json)))
      headers.append(("Content-Type", "application/json"))
    }
    let request = WebRequest(
      method, base + path, headers: headers + keys, body: body,
      timeout: .seconds(60 + bytes / (128 << 10)))
    return try await retry.run { _ in
      let reply = try await once(request, key: key)
      if reply.isSuccess { return reply }
      throw SupabaseFault(reply, secrets: secrets).error(reply, store: name, key: key)
    }
  }

  /// One try; gives any answer.
  func once(_ request: WebRequest, key: String?) async throws -> WebReply {
    do { return try await web.send(request) } catch let failure as WebFailure {
      throw ObjectStoreError(failure, store: name, key: key)
    }
  }

  func read<Value: Decodable>(_ reply: WebReply, _ key: String?) throws -> Value {
    do { return try JSONDecoder().decode(Value.self, from: Data(reply.body)) } catch {
      throw ObjectStoreError(
        .retry, store: name, key: key,
        "the service's answer cannot be read: \(reply.excerpt(secrets))")
    }
  }

  var keys: [(name: String, value: String)] {
    (settings.gatewayKey.map { [("apikey", $0.value)] } ?? [])
      + [("Authorization", "Bearer \(settings.token.value)")]
  }

  var secrets: [Secret] { [settings.token] + (settings.gatewayKey.map { [$0] } ?? []) }
}
