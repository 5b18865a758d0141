internal import Compositing
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Media
internal import SceneDocument

/// Single frames of scene documents, as they would be in the film.
struct StillRoutes: RouteGroup {
  let backend: NodeBackend
  let painter: StillPainter

  func add(to routes: Routes) {
    routes.api.post("previews") { request, context in try await still(request, context) }
  }

  private func still(_ request: Request, _ context: NodeContext) async throws -> Response {
    _ = try QueryReader(request)
    var body = try await BodyReader.object(request, context, upTo: 9 << 20)
    guard let document = body.value("document") else { throw body.wrong("document", "is missing") }
    guard let moment = Moment(body.value("at") ?? .number(0)) else {
      throw body.wrong("at", "must be a frame's number, or a time such as '00:01.5'")
    }
    let width = try body.whole("width", in: 16...8_192)
    let variant = try body.string("variant", upTo: 200)
    try body.finish()
    // Not ended when the client goes: watching for that would cost the connection, and one frame is soon drawn.
    let order = try await DocumentOrder(
      document, below: try DocumentRoot.folder(backend), backend)
    let film = try order.request(variant)
    let frame = moment.frame(film.document.output.frameRate)
    guard frame < film.timeline.frames else {
      throw Problem.invalid(
        "the film has no frame \(frame)",
        advice: "it has \(film.timeline.frames) frames, the first is 0")
    }
    do {
      let picture = try await painter.picture(of: film, frame: frame, width: width, format: .png)
      return Reply.bytes(picture, "image/png")
    } catch let error as MediaError {
      throw Problem.invalid("the frame cannot be drawn: \(error)")
    }
  }
}

/// A moment of a film: a frame's number, or a time as `1.5`, `00:01.5` or `01:02:03`.
struct Moment: Equatable {
  private enum Kind: Equatable {
    case frame(Int)
    case time(Double)
  }
  private let kind: Kind

  init?(_ value: JSONValue) {
    switch value {
    case .number(let number):
      guard let frame = Int(exactly: number), (0...10_000_000).contains(frame) else { return nil }
      kind = .frame(frame)
    case .string(let text):
      let parts = text.split(separator: ":", omittingEmptySubsequences: false)
      guard (1...3).contains(parts.count) else { return nil }
      var seconds = 0.0
      for (index, part) in parts.enumerated() {
        let isLast = index == parts.count - 1
        let isPlain = part.utf8.allSatisfy { (48...57).contains($0) || (isLast && $0 == 46) }
        guard isPlain, (1...12).contains(part.utf8.count), let number = Double(part),
          index == 0 || number < 60
        else { return nil }
        seconds = seconds * 60 + number
      }
      guard seconds <= Double(Time.maximumSeconds) else { return nil }
      kind = .time(seconds)
    default: return nil
    }
  }

  func frame(_ rate: FrameRate) -> Int {
    switch kind {
    case .frame(let frame): frame
    case .time(let seconds): Time.seconds(seconds).frame(at: rate).value
    }
  }
}

enum FileMaker {
  static func makeFolder(_ path: String) throws {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }
}
