/// What becomes of each POST that is sent again with its idempotency key when the node has died in the midst of it.
///
/// A new one is entered here; a test holds the table against the API's description.
enum RepeatedPosts {
  enum Kind: Sendable {
    /// Change and answer are in one transaction (`NodeBackend.changing`): both are there, or neither.
    case once
    /// The answer comes much later: what was begun is in the transaction of its beginning, and goes on
    /// (`IdempotencyClaim.begin`).
    case goesOn
    /// Nothing is changed in the node: it is looked, drawn or signed once more.
    case changesNothing
    /// Apps speak a protocol without such keys. Events are told apart by their own ids and the header
    /// `x-inngest-event-id-seed`; registering and cancelling twice comes to the same; an app that repeats a signal or an
    /// `/invoke/` means another one.
    case asItsProtocolSays
  }

  static let kinds: [String: Kind] = [
    "/api/v1/session": .changesNothing, "/api/v1/runs/{id}/cancel": .once,
    "/api/v1/runs/{id}/replay": .once, "/api/v1/events": .once,
    "/api/v1/render-queue/pause": .once, "/api/v1/render-queue/resume": .once,
    "/api/v1/projects": .once, "/api/v1/projects/estimate": .changesNothing,
    "/api/v1/projects/{id}/continue": .once, "/api/v1/projects/{id}/retry": .once,
    "/api/v1/projects/{id}/cancel": .once, "/api/v1/scenes/{id}/retry": .once,
    "/api/v1/documents": .once, "/api/v1/assets/{sha256}/links": .changesNothing,
    "/api/v1/render-jobs": .once, "/api/v1/render-jobs/{id}/cancel": .once,
    "/api/v1/render-jobs/{id}/retry": .once, "/api/v1/render-jobs/{id}/pause": .once,
    "/api/v1/render-jobs/{id}/resume": .once, "/api/v1/previews": .changesNothing,
    "/merge-scenes": .goesOn, "/e/{key}": .asItsProtocolSays,
    "/invoke/{id}": .asItsProtocolSays, "/fn/register": .asItsProtocolSays,
    "/v1/cancellations": .asItsProtocolSays, "/v1/signals": .asItsProtocolSays,
  ]
}
