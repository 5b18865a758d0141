internal import Media
internal import SceneDocument

/// SHA-256 of a picture's planes: luma, Cb and Cr in reading order, visible samples alone.
enum FrameDigest {
  static func hexadecimal(of picture: PackedPicture) -> String { hexadecimal(picture.samples) }

  static func hexadecimal(_ bytes: [UInt8]) -> String { sha256(of: bytes) }
}
