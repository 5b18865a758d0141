internal import Compositing
internal import Media

/// A still of one family of colours: the ground of the drawn backgrounds without anything on it.
public struct ColorBackgroundMaker: MediaMaker {
  public let provider = "color"
  public let polling = Polling.none

  public init() {}

  public func estimate(_ request: BackgroundRequest) -> Cost { .free }

  public func recover(
    _ request: BackgroundRequest, _ call: ProviderCall
  ) async throws -> Recovery<Started> { .notStarted }

  public func start(_ request: BackgroundRequest, _ call: ProviderCall) async throws -> Started {
    try DrawnBackgroundMaker.check(request, provider: provider)
    let path = call.folder + "/background.png"
    try await DrawingThreads.shared.run { interrupt in
      try interrupt.check()
      let look = DrawnBackgroundMaker.palette(for: request)
      let ground = Backdrop.draw(look, width: request.width, height: request.height)
      try interrupt.check()
      do {
        let canvas = try Canvas(width: request.width, height: request.height)
        try canvas.replace(with: ground.surface, rows: 0..<request.height)
        try canvas.writePNG(to: path)
      } catch let error as MediaError {
        throw DrawnBackgroundMaker.failure(error, provider: provider)
      }
    }
    return .finished(Made(MediaFile(path: path, mediaType: "image/png"), cost: .free))
  }
}
