internal import Hummingbird

/// An idempotency key that cannot be claimed before the request's body is on the disk: what the body holds is a part of
/// what the key stands for.
struct LateClaim: Sendable {
  let store: IdempotencyStore
  let key: String
  /// Method and address.
  let head: String
}

extension NodeContext {
  /// Does `work` once for the request's idempotency key and `content`; at once where there is no key.
  ///
  /// - Parameter content: what the body holds, such as its SHA-256. It is all that counts of the body, so that a form
  ///   that is sent again with another boundary is the same request.
  func once(
    _ content: String, _ work: (IdempotencyClaim?) async throws -> Response
  ) async throws -> Response {
    guard let late = lateIdempotency else { return try await work(nil) }
    return try await late.store.once(late.key, .init(late.head, content)) { claim in
      try await work(claim)
    }
  }
}
