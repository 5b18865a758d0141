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
    try await BlockingWork.run { interrupt in
      try interrupt.check()
      let look = DrawnBackgroundMaker.palette(for: request)
      let bytes = Backdrop.pixels(look, width: request.width, height: request.height)
      try interrupt.check()
      do { try Self.write(bytes, request, to: path) } catch let error as MediaError {
        throw DrawnBackgroundMaker.failure(error, provider: provider)
      }
    }
    return .finished(Made(MediaFile(path: path, mediaType: "image/png"), cost: .free))
  }

  private static func write(
    _ rgba: [UInt8], _ request: BackgroundRequest, to path: String
  ) throws {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(rgba.count / 4 * 3)
    for start in stride(from: 0, to: rgba.count, by: 4) {
      bytes.append(rgba[start])
      bytes.append(rgba[start + 1])
      bytes.append(rgba[start + 2])
    }
    guard let image = RGBImage(width: request.width, height: request.height, bytes: bytes) else {
      return
    }
    try HostFile.replace(path, with: try image.png())
  }
}
