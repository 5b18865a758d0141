internal import Media

/// Where the assets of a render lie: absolute, checked paths by SHA-256.
public struct PictureFiles: Sendable {
  public var paths: [String: String]
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
