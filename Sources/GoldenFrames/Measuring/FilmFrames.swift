public import Compositing
public import Media

/// A film whose frames and sound are recorded or checked.
///
/// `Film` is the one there is. That it is a protocol lets a proof put a film with a defect in its place.
public protocol FilmFrames: Sendable {
  var request: RenderRequest { get }

  /// Calls `body` with every frame of `frames` as it goes into the encoder, on `jobs` threads, and gives what it
  /// gave, in order.
  func map<Value: Sendable>(
    _ frames: Range<Int>, jobs: Int,
    _ body: @escaping @Sendable (_ index: Int, _ picture: PackedPicture) throws -> Value
  ) async throws -> [Value]
}

/// A document's film, rendered when it is asked for.
public struct Film: FilmFrames {
  public let request: RenderRequest

  public init(_ request: RenderRequest) { self.request = request }

  public func map<Value: Sendable>(
    _ frames: Range<Int>, jobs: Int,
    _ body: @escaping @Sendable (_ index: Int, _ picture: PackedPicture) throws -> Value
  ) async throws -> [Value] {
    try await FrameWalk(request).map(frames, jobs: jobs) { index, canvas in
      try body(index, PackedPicture(canvas))
    }
  }
}
