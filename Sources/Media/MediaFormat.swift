internal import CLibav
internal import Foundation

/// A container that is accepted, told by the file's first bytes and never by its name.
///
/// The demuxer is then named to libav: left to probe by itself it follows a playlist called `.mp4` to its
/// neighbours, and takes `frame%03d.png` for a list of files.
public enum MediaFormat: String, Sendable, CaseIterable {
  case mov, matroska, wav, mp3, flac, ogg, gif
  case png = "png_pipe"
  case jpeg = "jpeg_pipe"
  case webp = "webp_pipe"

  /// A word for people: libav's name without what says how it reads.
  public var shortName: String { isStill ? String(rawValue.prefix { $0 != "_" }) : rawValue }

  /// One picture a file.
  public var isStill: Bool { self == .png || self == .jpeg || self == .webp }

  /// Formats as a person names them.
  public static let acceptedNames =
    "MP4, MOV, Matroska, WebM, WAV, MP3, FLAC, Ogg, PNG, JPEG, WebP, GIF"

  /// The format of a file that begins with `head` (at least 16 bytes where the file has them).
  public init?(head: [UInt8]) {
    func begins(_ text: String, at offset: Int = 0) -> Bool {
      let bytes = Array(text.utf8)
      return head.count >= offset + bytes.count
        && Array(head[offset..<offset + bytes.count]) == bytes
    }
    if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      self = .png
    } else if head.starts(with: [0xFF, 0xD8, 0xFF]) {
      self = .jpeg
    } else if begins("RIFF"), begins("WEBP", at: 8) {
      self = .webp
    } else if begins("GIF87a") || begins("GIF89a") {
      self = .gif
    } else if begins("RIFF") || begins("RF64"), begins("WAVE", at: 8) {
      self = .wav
    } else if begins("fLaC") {
      self = .flac
    } else if begins("OggS") {
      self = .ogg
    } else if head.starts(with: [0x1A, 0x45, 0xDF, 0xA3]) {
      self = .matroska
    } else if ["ftyp", "moov", "mdat", "free", "wide", "skip", "pnot"].contains(where: {
      begins($0, at: 4)
    }) {
      self = .mov
    } else if begins("ID3") || (head.count > 1 && head[0] == 0xFF && head[1] & 0xE6 == 0xE2) {
      self = .mp3
    } else {
      return nil
    }
  }

  var demuxer: UnsafePointer<AVInputFormat>? {
    unsafe rawValue.withCString { unsafe av_find_input_format($0) }
  }
}

/// Bounds that a file must keep before anything of it is decoded.
public struct MediaLimits: Sendable {
  public var streams = 64
  /// Longest side in pixels.
  public var side = 16_384
  public var pixels = 100_000_000
  /// Seconds.
  public var duration: Double = 6 * 3600
  public init() {}
}
