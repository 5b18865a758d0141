internal import Crypto
public import Media
public import SceneDocument

/// Reads a file once and tells what it holds: hash, streams, frames, samples.
///
/// Blocks while it reads; `ProbeService` does it off the caller's thread, in parallel and with a cache.
public struct Prober: Sendable {
  /// Part of a cached record's key: a record of another version is not believed.
  public static let version = 1

  public var root: AssetRoot
  public var limits = MediaLimits()

  public init(root: AssetRoot) { self.root = root }

  /// Probes the file at `path` below the root. `kind` is what the document expects of it: media of another
  /// kind is `E_MEDIA_NO_STREAM`; words, captions and fonts are hashed and not looked into.
  ///
  /// Throws `AssetError` with the code of what is wrong. Damage that leaves something to show is no error
  /// here: it is counted in the result.
  public func probe(
    _ path: String, as kind: Asset.Kind = .auto, interrupt: Interrupt = Interrupt()
  ) throws(AssetError) -> ProbedAsset {
    let asset = try probe(try root.open(path), at: path, as: kind, interrupt: interrupt)
    try Self.expect(kind, of: asset.record, path)
    return asset
  }

  /// Probes `file`, just opened at `path`. All kinds of media are probed alike.
  func probe(
    _ file: LocalFile, at path: String, as kind: Asset.Kind, interrupt: Interrupt
  ) throws(AssetError) -> ProbedAsset {
    let (sha256, head) = try digest(file, at: path, interrupt)
    let location = try root.location(of: path)
    var asset = ProbedAsset(
      record: ProbeRecord(sha256: sha256, bytes: file.identity.size, kind: .video, format: ""),
      location: location, identity: file.identity, damage: .init(), isInterlaced: false)
    if let plain = plainFormat(head, kind) {
      (asset.record.kind, asset.record.format) = plain
    } else {
      do throws(MediaError) {
        var probe = try MediaProbe(location, limits: limits, interrupt: interrupt)
        try probe.read()
        try probe.fill(&asset)
      } catch {
        throw AssetError(error, path: path)
      }
    }
    // Demuxer and decoder opened the path anew: it must still lead to the file that was hashed.
    guard try root.open(path).identity == file.identity else { throw .changed(path) }
    return asset
  }

  /// SHA-256 in lower-case hex and the first bytes.
  private func digest(
    _ file: LocalFile, at path: String, _ interrupt: Interrupt
  ) throws(AssetError) -> (String, [UInt8]) {
    var hash = SHA256()
    var head: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 18)
    do throws(LocalFile.Refusal) {
      while !interrupt.isCancelled {
        let count = try file.read(into: &buffer)
        if count == 0 { break }
        if head.count < 64 { head += buffer.prefix(min(count, 64)) }
        if count == buffer.count {
          hash.update(data: buffer)
        } else {
          hash.update(data: buffer[..<count])
        }
      }
    } catch {
      throw AssetError(error, path: path)
    }
    do throws(MediaError) { try interrupt.check() } catch { throw AssetError(error, path: path) }
    let digits = Array("0123456789abcdef".utf8)
    let hex = hash.finalize().flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
    return (String(decoding: hex, as: UTF8.self), head)
  }

  /// Kind and format of a file that is hashed alone; nil for media.
  private func plainFormat(
    _ head: [UInt8], _ kind: Asset.Kind
  ) -> (ProbeRecord.Kind, String)? {
    let found = PlainFormat(head: head)
    switch kind {
    case .words: return (.words, found?.rawValue ?? "text")
    case .captions: return (.captions, found?.rawValue ?? "text")
    case .font: return (.font, found?.rawValue ?? "font")
    case .auto, .video, .image, .audio:
      if MediaFormat(head: head) != nil { return nil }
      return found.map { ($0.kind, $0.rawValue) }
    }
  }

  /// Throws when the document asks for a kind of media that the file does not hold.
  static func expect(
    _ kind: Asset.Kind, of record: ProbeRecord, _ path: String
  ) throws(AssetError) {
    func refuse(_ problem: String, _ remedy: String) -> AssetError {
      AssetError(.noStream, path: path, problem: problem, remedy: remedy)
    }
    let isMedia = [.video, .image, .audio].contains(record.kind)
    switch kind {
    case .video where !isMedia, .image where !isMedia, .audio where !isMedia:
      throw AssetError(
        .format, path: path,
        problem: "it is a file of \(record.kind.rawValue), not \(kind.rawValue)",
        remedy: "correct 'kind', or give one of \(MediaFormat.acceptedNames)")
    case .video where record.kind == .image:
      throw refuse("it is a still, not a video", "set 'kind' to image, or give a video file")
    case .video where record.video == nil:
      throw refuse("it has no video stream", "give a file with a video stream")
    case .image where record.kind == .audio:
      throw refuse("it has no picture", "give a PNG, JPEG or WebP file")
    case .image where record.kind != .image:
      throw refuse("it is a video, not a still", "set 'kind' to video, or give a still")
    case .audio where record.audio == nil:
      throw refuse("it has no sound", "give a file with a sound stream")
    default: break
    }
  }
}

extension AssetError {
  static func changed(_ path: String) -> AssetError {
    AssetError(
      .changed, path: path, problem: "the file was changed while it was in use",
      remedy: "wait until it is written, then start again")
  }
}
