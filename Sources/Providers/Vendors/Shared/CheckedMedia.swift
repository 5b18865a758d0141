internal import Compositing
internal import Dispatch
internal import Foundation
internal import Media
internal import SceneDocument

/// A file as it is, whatever its name or its sender says: told by its first bytes, read to its end, its first picture
/// decoded.
struct CheckedMedia: Sendable {
  /// What a message can call it, and what is expected of it.
  enum Kind: String, Sendable { case sound, video, picture }

  /// `video/mp4`, `audio/mpeg`.
  var mediaType: String
  /// `mp4`, `mp3`.
  var suffix: String
  var hasAlpha: Bool
  /// Seconds; 0 for a picture.
  var duration: Double
  var width: Int
  var height: Int
  var hasSound: Bool
  var bytes: Int64

  /// What is wrong with a file, for people.
  struct Broken: Error, Sendable { var reason: String }

  /// Reads the file on a thread of its own. Throws `Broken`.
  static func read(_ path: String, as kind: Kind) async throws -> CheckedMedia {
    let interrupt = Interrupt()
    let outcome = await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async {
          continuation.resume(returning: Result { try look(at: path, as: kind, interrupt) })
        }
      }
    } onCancel: {
      interrupt.cancel()
    }
    try Task.checkCancellation()
    return try outcome.get()
  }

  private static func look(
    at path: String, as kind: Kind, _ interrupt: Interrupt
  ) throws -> CheckedMedia {
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    let probed: ProbedAsset
    do throws(AssetError) {
      let root = try AssetRoot(path: url.deletingLastPathComponent().path)
      let wanted: Asset.Kind =
        switch kind {
        case .sound: .audio
        case .video: .video
        case .picture: .image
        }
      probed = try Prober(root: root).probe(
        url.lastPathComponent, as: wanted, interrupt: interrupt)
    } catch {
      throw Broken(reason: error.problem)
    }
    let record = probed.record
    if probed.missingShare > 0.01 { throw Broken(reason: "it is cut off or damaged") }
    let length =
      kind == .sound
      ? record.audio?.duration.doubleValue ?? 0 : record.video?.duration.doubleValue ?? 0
    if kind != .picture, length <= 0 { throw Broken(reason: "it lasts no time") }
    let type = names(record, head: try beginning(of: url.path))
    return CheckedMedia(
      mediaType: type.mediaType, suffix: type.suffix, hasAlpha: record.video?.hasAlpha ?? false,
      duration: length, width: record.video?.width ?? 0, height: record.video?.height ?? 0,
      hasSound: record.audio != nil, bytes: record.bytes)
  }

  private static func beginning(of path: String) throws -> [UInt8] {
    let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
    defer { try? file.close() }
    return Array(try file.read(upToCount: 64) ?? Data())
  }

  private static func names(
    _ record: ProbeRecord, head: [UInt8]
  ) -> (mediaType: String, suffix: String) {
    let kind = record.video == nil ? "audio" : "video"
    return switch MediaFormat(head: head) {
    case .mov where head.count > 11 && Array(head[8..<11]) == Array("qt ".utf8):
      ("video/quicktime", "mov")
    case .mov: ("\(kind)/mp4", kind == "audio" ? "m4a" : "mp4")
    case .matroska where isWebM(record): ("\(kind)/webm", "webm")
    case .matroska: ("\(kind)/x-matroska", "mkv")
    case .wav: ("audio/wav", "wav")
    case .mp3: ("audio/mpeg", "mp3")
    case .flac: ("audio/flac", "flac")
    case .ogg: ("\(kind)/ogg", "ogg")
    case .gif: ("image/gif", "gif")
    case .png: ("image/png", "png")
    case .jpeg: ("image/jpeg", "jpg")
    case .webp: ("image/webp", "webp")
    case nil: ("application/octet-stream", "bin")
    }
  }

  private static func isWebM(_ record: ProbeRecord) -> Bool {
    let pictures = ["vp8", "vp9", "av1", "libvpx", "libvpx-vp9", "libdav1d", "libaom-av1"]
    let sounds = ["opus", "libopus", "vorbis"]
    return record.video.map { pictures.contains($0.codec) } ?? true
      && record.audio.map { sounds.contains($0.codec) } ?? true
  }
}
