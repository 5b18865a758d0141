internal import Crypto
internal import Media

/// SHA-256 of a picture's planes: luma, Cb and Cr in reading order, visible samples alone.
enum FrameDigest {
  static func hexadecimal(of picture: PackedPicture) -> String { hexadecimal(picture.samples) }

  static func hexadecimal(_ bytes: [UInt8]) -> String { text(SHA256.hash(data: bytes)) }

  static func text(_ digest: SHA256.Digest) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
