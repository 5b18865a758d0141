internal import Compositing
internal import Media

/// Draws a moving background from the words of a scene: a topic gives the motif and its hue, the film's style all that
/// scenes share.
///
/// The clip is a loop of six seconds. It leaves room for a title at the upper left, a speaker at the right, and
/// captions below; it holds no text.
public struct DrawnBackgroundMaker: MediaMaker {
  public let provider = "drawn"
  public let polling = Polling.none

  /// Seconds of a clip.
  static let seconds = 6
  static let sides = 2...4096

  public init() {}

  public func estimate(_ request: BackgroundRequest) -> Cost { .free }

  public func recover(
    _ request: BackgroundRequest, _ call: ProviderCall
  ) async throws -> Recovery<Started> { .notStarted }

  public func start(_ request: BackgroundRequest, _ call: ProviderCall) async throws -> Started {
    try Self.check(request, provider: provider)
    let path = call.folder + "/background.mp4"
    try await DrawingThreads.shared.run { interrupt in
      do { try Self.draw(request, to: path, interrupt) } catch let error as MediaError {
        throw Self.failure(error, provider: provider)
      }
    }
    return .finished(Made(MediaFile(path: path, mediaType: "video/mp4"), cost: .free))
  }

  /// The colours of a scene's background, for what is written on it.
  public static func palette(for request: BackgroundRequest) -> BackgroundLook {
    BackgroundLook(topic: topic(of: request), style: request.style)
  }

  static func topic(of request: BackgroundRequest) -> Topic {
    Topic(keywords: request.keywords, title: request.title, prompt: request.prompt)
  }

  /// Scenes of one topic that follow each other take its motifs in turn.
  static func motif(for request: BackgroundRequest) -> MotifKind {
    let motifs = topic(of: request).motifs
    return motifs[max(0, request.position) % motifs.count]
  }

  static func draw(
    _ request: BackgroundRequest, to path: String, _ interrupt: Interrupt
  ) throws {
    // H.264 halves the colours' resolution: sizes are even.
    let (width, height) = ((request.width + 1) & ~1, (request.height + 1) & ~1)
    let reel = MotifReel(
      motif(for: request), palette(for: request), width: width, height: height,
      seed: "\(request.style)/\(request.position)")
    let writer = try ClipWriter(
      path: path, width: width, height: height, rate: request.rate, kind: .opaque)
    let film = try Canvas(width: width, height: height)
    let frames = seconds * request.rate
    for index in 0..<frames {
      try interrupt.check()
      let picture = reel.picture(at: Double(index) / Double(frames))
      try film.replace(with: picture.surface, rows: 0..<height)
      try writer.write(film)
    }
    try writer.finish()
  }

  /// Throws for a size or rate that no background has.
  static func check(_ request: BackgroundRequest, provider: String) throws {
    guard sides.contains(request.width), sides.contains(request.height) else {
      throw ProviderError(
        .permanent, provider: provider,
        "a background of \(request.width)x\(request.height) pixels cannot be drawn",
        advice: "set a film size of \(sides.lowerBound) to \(sides.upperBound) pixels a side")
    }
    guard 1...120 ~= request.rate else {
      throw ProviderError(
        .permanent, provider: provider,
        "a background of \(request.rate) frames a second cannot be drawn",
        advice: "set a frame rate of 1 to 120")
    }
  }

  /// What a disk does that is full or closed to us.
  static func failure(_ error: MediaError, provider: String) -> ProviderError {
    ProviderError(
      .retry, provider: provider, "\(error)",
      advice: "make room on the disk and see that the folder can be written to")
  }
}

/// The pictures of a motif, one after another on the same canvas.
final class MotifReel {
  private let motif: any Motif
  private let still: VectorCanvas
  private let canvas: VectorCanvas

  init(_ kind: MotifKind, _ look: BackgroundLook, width: Int, height: Int, seed: String) {
    motif = kind.motif(Scenery(width: width, height: height, look: look, seed: seed))
    still = Backdrop.draw(look, width: width, height: height)
    motif.drawStill(on: still)
    canvas = VectorCanvas(width: width, height: height)
  }

  /// The picture at a turn of 0 … 1; valid until the next one is asked for.
  func picture(at turn: Double) -> VectorCanvas {
    canvas.replace(with: still)
    motif.drawMoving(on: canvas, at: turn)
    return canvas
  }
}
