internal import Hummingbird
internal import NIOCore

/// What a handler knows besides the request.
struct NodeContext: RequestContext {
  var coreContext: CoreRequestContextStorage
  /// The client's connection.
  let channel: any Channel
  /// Holds a claim where the request came with an idempotency key.
  var idempotency: IdempotencyClaim?
  /// The key of a request whose handler claims it, by `once`.
  var lateIdempotency: LateClaim?
  var settings = ServerSettings()
  var door: Doorkeeper?

  init(source: ApplicationRequestContextSource) {
    coreContext = .init(source: source)
    channel = source.channel
  }

  /// Who asks, for limits: the address without the port.
  var client: String { channel.remoteAddress?.ipAddress ?? "local" }

  /// A part of the path by its name, as the client wrote it and decoded; 404 where it is not there.
  func part(_ name: String) throws -> String {
    guard let text = coreContext.parameters.get(name),
      let decoded = text.removingURLPercentEncoding(),
      !decoded.isEmpty, decoded.utf8.count <= 512, !decoded.utf8.contains(0)
    else { throw Problem.notFound() }
    return decoded
  }
}
