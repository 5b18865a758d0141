internal import HTTPTypes
internal import Hummingbird
internal import Storage

/// Signing a browser in and out.
struct SessionRoutes: RouteGroup {
  let settings: ServerSettings
  var clock: any NodeClock = SystemClock()

  func add(to routes: Routes) {
    routes.api.post("session") { request, context in try await signIn(request, context) }
    routes.api.delete("session") { _, _ in
      Response(status: .noContent, headers: [.setCookie: SessionCookie.removal])
    }
  }

  private func signIn(_ request: Request, _ context: NodeContext) async throws -> Response {
    var body = try await BodyReader.object(request, context, upTo: 4_096)
    let given = try body.requiredString("token", upTo: 1_024)
    try body.finish()
    // Without a token nobody needs a session.
    guard let token = settings.token else { return Reply.noContent() }
    guard SecretText.isSame(given, token) else {
      try context.door?.slowDown(context.client)
      throw Doorkeeper.noToken
    }
    return Response(
      status: .noContent, headers: [.setCookie: SessionCookie(token).field(now: clock.now)])
  }
}
