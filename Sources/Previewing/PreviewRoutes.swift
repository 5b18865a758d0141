internal import Compositing
internal import HTTPTypes
internal import Hummingbird
internal import Media
internal import NIOCore
internal import SceneDocument

/// What the page asks for.
///
/// | path | answer |
/// |---|---|
/// | `` | the page |
/// | `state` | `PreviewState` |
/// | `events` | the number of each change, as server-sent events |
/// | `frame?at=&width=&format=&viewer=` | a picture file of a frame |
/// | `thumbnail?at=&width=` | a small one, when there is time |
/// | `outlines?at=` | boxes of the layers |
/// | `seen?at=&x=&y=` | the layer at a pixel |
/// | `play?at=` | the film from there on as fragmented MP4 |
struct PreviewRoutes: Sendable {
  let session: PreviewSession

  func add(to group: RouterGroup<BasicRequestContext>) {
    group.get("") { _, _ in Answer.file(PackageResources.page_html, "text/html; charset=utf-8") }
    group.get("page.css") { _, _ in
      Answer.file(PackageResources.page_css, "text/css; charset=utf-8")
    }
    group.get("page.js") { _, _ in
      Answer.file(PackageResources.page_js, "text/javascript; charset=utf-8")
    }
    group.get("state") { _, _ in Answer.json(await session.state().json) }
    group.get("events") { request, _ in events(request) }
    group.get("frame") { request, _ in await Answer.to { try await frame(request) } }
    group.get("thumbnail") { request, _ in await Answer.to { try await thumbnail(request) } }
    group.get("outlines") { request, _ in
      await Answer.to {
        let layers = try await session.outlines(frame: try Query(request).number("at"))
        return Answer.json(["layers": .array(layers.map(\.json))])
      }
    }
    group.get("seen") { request, _ in
      await Answer.to {
        let query = Query(request)
        return Answer.json(
          try await session.seen(
            frame: try query.number("at"), x: try query.number("x"), y: try query.number("y")
          ).json)
      }
    }
    group.get("play") { request, _ in await Answer.to { try await play(request) } }
  }

  private func frame(_ request: Request) async throws -> Response {
    let query = Query(request)
    let name = query["format"] ?? "jpeg"
    guard let format = Picture.Format(rawValue: name) else {
      throw PreviewError.badRequest("'\(name)' is no format: give jpeg, png or yuv")
    }
    let picture = try await session.picture(
      frame: try query.number("at"), width: try query.number("width", or: 1 << 14), format: format,
      viewer: query["viewer"])
    return Answer.picture(picture)
  }

  private func thumbnail(_ request: Request) async throws -> Response {
    let query = Query(request)
    return Answer.picture(
      try await session.thumbnail(
        frame: try query.number("at"), width: min(try query.number("width", or: 192), 480)))
  }

  private func events(_ request: Request) -> Response {
    Response(
      status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
      body: ResponseBody { writer in
        try await request.body.consumeWithCancellationOnInboundClose { _ in
          // The page learns at once that it is connected.
          try await writer.write(ByteBuffer(string: "retry: 500\n\n"))
          for await number in await session.changes() {
            try await writer.write(ByteBuffer(string: "event: change\ndata: \(number)\n\n"))
          }
        }
        try await writer.finish(nil)
      })
  }

  private func play(_ request: Request) async throws -> Response {
    let stream = try await session.play(from: try Query(request).number("at"))
    guard let header = try await stream.next() else { throw PreviewError.nothingToShow }
    return Response(
      status: .ok, headers: [.contentType: stream.contentType, .cacheControl: "no-store"],
      body: ResponseBody { writer in
        defer { stream.cancel() }
        try await request.body.consumeWithCancellationOnInboundClose { _ in
          try await writer.write(ByteBuffer(bytes: header))
          while let piece = try await stream.next() {
            try await writer.write(ByteBuffer(bytes: piece))
          }
        }
        try await writer.finish(nil)
      })
  }
}

/// The values after the question mark.
struct Query {
  private let values: [String: String]

  init(_ request: Request) {
    let pairs = request.uri.queryParameters.map { (String($0.key), String($0.value.prefix(80))) }
    values = Dictionary(pairs) { first, _ in first }
  }

  subscript(_ name: String) -> String? { values[name] }

  /// A whole number from 0 on.
  func number(_ name: String, or standard: Int? = nil) throws(PreviewError) -> Int {
    guard let text = self[name] else {
      if let standard { return standard }
      throw .badRequest("'\(name)' is missing: give a whole number")
    }
    guard let number = Int(text), (0...Int(Int32.max)).contains(number) else {
      throw .badRequest("'\(name)' must be a whole number from 0 on")
    }
    return number
  }
}

/// Makes responses.
enum Answer {
  static func file(_ bytes: [UInt8], _ type: String) -> Response {
    Response(
      status: .ok, headers: [.contentType: type, .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
  }

  static func json(_ value: JSONValue, status: HTTPResponse.Status = .ok) -> Response {
    Response(
      status: status,
      headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
      body: ResponseBody(byteBuffer: ByteBuffer(string: value.prettyText)))
  }

  /// May be kept: its address names the version of the film.
  static func picture(_ picture: Picture) -> Response {
    Response(
      status: .ok,
      headers: [
        .contentType: picture.format.type, .cacheControl: "private, max-age=600, immutable",
      ], body: ResponseBody(byteBuffer: ByteBuffer(bytes: picture.bytes)))
  }

  static func refusal(_ status: HTTPResponse.Status, _ message: String) -> Response {
    json(["message": .string(message)], status: status)
  }

  /// What `body` makes, or its error as an answer.
  static func to(_ body: () async throws -> Response) async -> Response {
    do {
      return try await body()
    } catch let error as PreviewError {
      switch error {
      case .superseded: return refusal(.conflict, error.description)
      case .nothingToShow: return refusal(.serviceUnavailable, error.description)
      case .noFrame: return refusal(.notFound, error.description)
      case .badRequest: return refusal(.badRequest, error.description)
      }
    } catch {
      return refusal(.unprocessableContent, "\(error)")
    }
  }
}
