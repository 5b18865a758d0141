internal import Compositing
internal import Media

/// Draws a speaker on this machine, whose mouth moves as the sound is heard.
///
/// Without a portrait one of three characters speaks; a portrait is shown in a frame with a sign that it is heard, since
/// its mouth cannot be drawn. The clip is clear around the speaker and has no sound. The same request gives the same
/// bytes.
public struct DrawnAvatarMaker: MediaMaker {
  public let provider = "drawn"
  public let polling = Polling.none

  /// Names that a request's `character` may have; the first is the usual one.
  public static let characters = AvatarCharacter.all.map(\.name)

  public init() {}

  public func estimate(_ request: AvatarRequest) -> Cost { .free }

  public func start(_ request: AvatarRequest, _ call: ProviderCall) async throws -> Started {
    let drawing = try AvatarDrawing(request, provider: provider)
    let path = call.folder + "/avatar." + ClipWriter.Kind.transparent.fileExtension
    do {
      try await DrawingThreads.shared.run { interrupt in
        try drawing.write(to: path) { interrupt.isCancelled }
      }
    } catch let error as MediaError {
      throw failure(error)
    }
    return .finished(
      Made(
        MediaFile(
          path: path, mediaType: ClipWriter.Kind.transparent.mediaType, hasAlpha: true),
        cost: .free))
  }

  /// Nothing of an attempt is kept, and repeating it costs nothing.
  public func recover(_ request: AvatarRequest, _ call: ProviderCall) async throws -> Recovery<
    Started
  > { .notStarted }

  /// A disk that is full or memory that is short may have room again; a sound that cannot be read stays as it is.
  private func failure(_ error: MediaError) -> ProviderError {
    switch error.operation {
    case .allocate, .openOutput, .writeHeader, .writePacket, .writeTrailer:
      ProviderError(
        .retry, provider: provider, "the clip cannot be written: \(error)",
        advice: "look whether the disk of the call's folder is full")
    default:
      ProviderError(
        .permanent, provider: provider, "the clip cannot be drawn: \(error)",
        advice: "look at the file that is named: it must be a sound that can be read")
    }
  }
}
