internal import Media

/// Where the assets of a render lie: absolute, checked paths by SHA-256.
public struct PictureFiles: Sendable {
  public var paths: [String: String]
  /// Threads of each decoder of pictures; the pictures are the same with any number.
  public var decoderThreads = 1
  /// On the way from a key frame to the picture that is wanted, those that no other needs are not decoded. The
  /// pictures are the same; errors in those left out are not counted.
  public var seeksLightly = false
  public init(_ paths: [String: String]) { self.paths = paths }

  func path(of sha256: String) throws(MediaError) -> String {
    if let path = paths[sha256] { return path }
    throw MediaError(
      operation: .open, code: -2, subject: sha256,
      detail: "the plan names an asset that was not probed")
  }
}

/// How much of an asset could not be decoded.
public struct DecodeDamage: Sendable, Hashable {
  public var errors: Int
  public var frames: Int
  public init(errors: Int = 0, frames: Int = 0) { (self.errors, self.frames) = (errors, frames) }
}
