internal import Media

/// Something of the media libraries that rendering needs; builds may leave it out.
struct MediaPart {
  enum Kind: String, CaseIterable {
    case encoder, decoder, container

    var heading: String { rawValue + "s" }
  }

  var kind: Kind
  var name: String
  var purpose: String

  var isThere: Bool {
    switch kind {
    case .encoder: Libraries.hasEncoder(name)
    case .decoder: Libraries.hasDecoder(name)
    case .container: Libraries.hasMuxer(name)
    }
  }

  static let command =
    "sudo apt-get install --reinstall libavcodec59 libavformat59 libavfilter8"

  /// Debian's build has all of them, so another build is in its way.
  static let remedy =
    "\(command)   (Debian's build has it; look for another libavcodec in LD_LIBRARY_PATH and /usr/local/lib)"

  var message: String {
    "cannot find \(kind.rawValue) '\(name)', needed for \(purpose)\n  → \(Self.remedy)"
  }

  static let all: [MediaPart] =
    [
      ("libx264", "H.264, the default of MP4"), ("libx265", "HEVC"),
      ("libvpx-vp9", "VP9 in WebM"), ("prores_ks", "the archive preset"),
      ("ffv1", "the archive preset in Matroska"), ("aac", "sound in MP4"),
      ("libopus", "sound in WebM"), ("pcm_s16le", "sound of the archive preset"),
    ].map { MediaPart(kind: .encoder, name: $0.0, purpose: $0.1) }
    + [
      ("h264", "H.264 files"), ("hevc", "HEVC files"), ("vp8", "WebM files"),
      ("vp9", "WebM files"), ("libvpx", "VP8 with transparency"),
      ("libvpx-vp9", "VP9 with transparency"), ("libdav1d", "AV1 files"),
      ("prores", "ProRes files"), ("ffv1", "FFV1 files"), ("mjpeg", "JPEG pictures"),
      ("png", "PNG pictures"), ("webp", "WebP pictures"), ("gif", "GIF pictures"),
      ("aac", "AAC sound"), ("mp3float", "MP3 sound"), ("opus", "Opus sound"),
      ("vorbis", "Vorbis sound"), ("flac", "FLAC sound"), ("pcm_s16le", "WAV sound"),
    ].map { MediaPart(kind: .decoder, name: $0.0, purpose: $0.1) }
    + [
      ("mp4", "MP4 films"), ("mov", "QuickTime films"), ("webm", "WebM films"),
      ("matroska", "Matroska films"),
    ].map { MediaPart(kind: .container, name: $0.0, purpose: $0.1) }
}
