internal import Storage

/// A request's hold of its idempotency key.
struct IdempotencyClaim: Sendable {
  let key: String
  let owner: String
  /// Grows when the key is taken over from a process that died.
  let number: Int64
}
