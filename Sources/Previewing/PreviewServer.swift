internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore
internal import SceneDocument
internal import Serving
internal import Synchronization

/// Serves a session's page to browsers on this machine.
///
/// It listens on 127.0.0.1 alone. Every address begins with a random word, and a request must name this machine as
/// its host and come from this page, so that other sites in the same browser can neither read nor guess anything.
public struct PreviewServer: Sendable {
  private let session: PreviewSession
  private let port: Int
  /// The first part of every address.
  let token: String

  /// - Parameter port: 0 takes one that is free.
  public init(_ session: PreviewSession, port: Int = 0) {
    (self.session, self.port) = (session, port)
    var random = SystemRandomNumberGenerator()
    token = hexadecimal((0..<16).map { _ in UInt8.random(in: 0...255, using: &random) })
  }

  /// Why the server does not start.
  public struct PortInUse: Error, Sendable { public let port: Int }

  /// Serves until the task is cancelled.
  ///
  /// - Parameter ready: hears the page's address once it answers.
  ///
  /// Throws `PortInUse`, or the system's error.
  public func run(ready: @escaping @Sendable (_ address: String) -> Void) async throws {
    let gate = PageGate<BasicRequestContext>()
    let router = Router(context: BasicRequestContext.self)
    router.add(middleware: gate)
    PreviewRoutes(session: session).add(to: router.group(RouterPath(token)))
    var logger = Logger(label: "preview")
    logger.logLevel = .critical
    let token = token
    let application = Application(
      router: router, server: .kept(),
      configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port)),
      onServerRunning: { channel in
        let port = channel.localAddress?.port ?? 0
        gate.port.store(port, ordering: .relaxed)
        ready("http://127.0.0.1:\(port)/\(token)/")
      }, logger: logger)
    do {
      try await application.run()
    } catch let error as IOError where error.errnoCode == EADDRINUSE {
      throw PortInUse(port: port)
    } catch is CancellationError {
      return
    }
  }
}

/// Lets only requests through that are meant for this page, and says in each answer what a browser may do with it.
final class PageGate<Context: RequestContext>: RouterMiddleware {
  /// 0 while it is not known.
  let port = Atomic<Int>(0)

  func handle(
    _ request: Request, context: Context,
    next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let port = port.load(ordering: .relaxed)
    let names = ["127.0.0.1:\(port)", "localhost:\(port)"]
    // A name that somebody made lead here (DNS rebinding) stands in Host.
    guard let host = request.head.authority, names.contains(host) else {
      return Answer.refusal(.misdirectedRequest, "this page is at http://127.0.0.1:\(port)")
    }
    if let origin = request.headers[.origin], !names.contains(where: { origin == "http://" + $0 }) {
      return Answer.refusal(.forbidden, "requests from other sites are not answered")
    }
    guard request.method == .get || request.method == .head else {
      return Answer.refusal(.methodNotAllowed, "only GET is answered")
    }
    var response = try await next(request, context)
    for (name, value) in Self.rules { response.headers[name] = value }
    return response
  }

  fileprivate static var rules: [(HTTPField.Name, String)] {
    [
      (
        .contentSecurityPolicy,
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; "
          + "media-src 'self' blob:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
      ), (.xContentTypeOptions, "nosniff"),
      (HTTPField.Name("Referrer-Policy")!, "no-referrer"),
      (HTTPField.Name("Cross-Origin-Resource-Policy")!, "same-origin"),
      (HTTPField.Name("Cross-Origin-Opener-Policy")!, "same-origin"),
    ]
  }
}
