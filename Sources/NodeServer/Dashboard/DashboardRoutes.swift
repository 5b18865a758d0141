internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// The dashboard: one page at `/` and at every address below `/ui/`, which says what is shown, and its files below
/// `/ui/files/VERSION/`.
struct DashboardRoutes: RouteGroup {
  private static let files = DashboardFiles.shared

  /// Scripts, styles and pictures of this node alone; nothing inline, no frames around the page.
  static let policy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' blob:",
    "media-src 'self' blob:", "connect-src 'self'", "worker-src 'self'", "font-src 'self'",
    "form-action 'none'",
    "base-uri 'none'", "frame-ancestors 'none'",
  ].joined(separator: "; ")

  func add(to routes: Routes) {
    routes.root.get("/") { request, _ in Self.page(request) }
    routes.root.get("/ui") { request, _ in Self.page(request) }
    routes.root.get("/favicon.ico") { request, _ in
      guard let mark = Self.files.files["mark.svg"] else { throw Problem.notFound() }
      return Self.answer(mark, request, headers: [.cacheControl: "max-age=86400"])
    }
    routes.root.get("/ui/**") { request, context in
      let path = context.parameters.getCatchAll().map(String.init)
      guard path.first == "files" else { return Self.page(request) }
      return try Self.file(path, request)
    }
  }

  private static func page(_ request: Request) -> Response {
    // The page names the version of its files, so it is asked for each time.
    answer(
      files.page, request,
      headers: [
        .cacheControl: "no-cache", .contentSecurityPolicy: policy,
        .referrerPolicy: "same-origin",
      ])
  }

  private static func file(_ path: [String], _ request: Request) throws -> Response {
    guard path.count == 3, let file = files.files[path[2]] else { throw Problem.notFound() }
    // A page of an earlier program still finds its files, and does not keep them.
    let isOwn = path[1] == files.version
    // A worker has the policy of its file and not that of the page.
    return answer(
      file, request,
      headers: [
        .cacheControl: isOwn ? "public, max-age=31536000, immutable" : "no-cache",
        .contentSecurityPolicy: policy,
      ])
  }

  private static func answer(
    _ file: DashboardFiles.File, _ request: Request, headers: HTTPFields
  ) -> Response {
    var headers = headers
    headers[.eTag] = file.tag
    headers[.xContentTypeOptions] = "nosniff"
    let known = request.headers[.ifNoneMatch]?.split(separator: ",").map {
      $0.trimmingPrefix { $0 == " " }.trimmingPrefix("W/")
    }
    if known?.contains(where: { $0 == file.tag || $0 == "*" }) == true {
      return Response(status: .notModified, headers: headers)
    }
    headers[.contentType] = file.type
    return Response(
      status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: file.bytes)))
  }
}

extension HTTPField.Name {
  fileprivate static let referrerPolicy = Self("Referrer-Policy")!
}
