internal import HTTPTypes
internal import Hummingbird
internal import Pipelines
internal import SceneDocument
internal import Storage

/// Files of the node by their content's SHA-256, and addresses of them that open without a token for a while.
struct FileRoutes: RouteGroup {
  let backend: NodeBackend

  func add(to routes: Routes) {
    let assets = routes.api.group("assets")
    assets.get("{sha256}") { request, context in try await file(request, context) }
    assets.head("{sha256}") { request, context in try await file(request, context) }
    assets.post("{sha256}/links") { request, context in try await link(request, context) }
  }

  private func file(_ request: Request, _ context: NodeContext) async throws -> Response {
    let query = try QueryReader(request, known: Self.parameters)
    let file = try await found(context)
    return try await FileAnswer(file: file, downloadName: query["download"]).response(to: request)
  }

  /// Those of signed addresses are looked at before the route is reached.
  static let parameters: Set<String> = ["download", "expires", "signature"]

  private func found(_ context: NodeContext) async throws -> StoredFile {
    let name = try context.part("sha256")
    guard ContentName.isOne(name), let file = try await backend.pipeline.file(name) else {
      throw Problem.notFound("this node has no file of that content")
    }
    return file
  }

  private func link(_ request: Request, _ context: NodeContext) async throws -> Response {
    _ = try QueryReader(request)
    var body = try await BodyReader.object(request, context)
    let seconds = try body.whole("expires_in_seconds", in: 1...7 * 86_400) ?? 3_600
    try body.finish()
    let file = try await found(context)
    let link = LinkMaker(backend).link(Place.asset(file.sha256), seconds: seconds)
    return Reply.created(link.json, at: link.address)
  }
}

/// Addresses that open without a token until a time.
struct LinkMaker {
  private let backend: NodeBackend

  init(_ backend: NodeBackend) { self.backend = backend }

  struct Link {
    var address: String
    /// UTC milliseconds.
    var expires: Int64

    var json: JSONValue { ["url": .string(address), "expires_at": .time(expires)] }
  }

  func link(_ path: String, seconds: Int) -> Link {
    let expires = backend.clock.now / 1000 + Int64(seconds)
    return Link(address: backend.links.link(path, expires: expires), expires: expires * 1000)
  }
}

enum ContentName {
  /// 64 hexadecimal digits in lower case.
  static func isOne(_ text: String) -> Bool {
    text.utf8.count == 64
      && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
  }
}
