internal import Foundation
internal import SceneDocument
internal import WebClient

extension HeyGen {
  /// Bytes of a file that version 3 takes, and that version 2 takes.
  private var limit: Int64 { settings.version == .v3 ? 32 << 20 : 50 << 20 }

  /// Looks at a file of ours and gives what it is.
  func checked(_ path: String, as kind: CheckedMedia.Kind) async throws -> CheckedMedia {
    let file = URL(fileURLWithPath: path).lastPathComponent
    let media: CheckedMedia
    do {
      media = try await CheckedMedia.read(path, as: kind)
    } catch let broken as CheckedMedia.Broken {
      throw calls.error(
        .permanent, code: "input",
        "the \(kind.rawValue) '\(file)' cannot be used: \(broken.reason)",
        advice: "make it again")
    }
    let accepted =
      kind == .sound ? ["audio/mpeg", "audio/wav"] : ["image/jpeg", "image/png"]
    guard accepted.contains(media.mediaType) else {
      throw calls.error(
        .permanent, code: "input", "the \(kind.rawValue) '\(file)' is \(media.mediaType)",
        advice: "give \(kind == .sound ? "MP3 or WAV" : "JPEG or PNG")")
    }
    if media.bytes > limit {
      throw calls.error(
        .permanent, code: "too_large",
        "the \(kind.rawValue) '\(file)' has \(media.bytes) bytes, and HeyGen takes \(limit) at most",
        advice: kind == .sound ? "speak the scene as MP3" : "give a smaller picture")
    }
    return media
  }

  /// The id of an uploaded file, the same one when it is uploaded again for the same attempt.
  func upload(
    _ path: String, as kind: CheckedMedia.Kind, _ sha256: String, _ call: ProviderCall
  ) async throws -> String {
    let media = try await checked(path, as: kind)
    let body: Multipart
    do {
      body = try Multipart(
        [
          .file(
            name: "file", path: path, fileName: "\(call.id).\(media.suffix)",
            mediaType: media.mediaType)
        ], to: "\(call.folder)/upload.part")
    } catch let failure as WebFailure {
      throw calls.error(for: failure, .free)
    }
    defer { try? FileManager.default.removeItem(atPath: body.path) }
    let key = "\(Self.plain(call.id)):\(kind.rawValue):\(Self.plain(sha256))"
    let reply = try await calls.send(
      WebRequest(
        .post, "\(settings.base)/v3/assets",
        headers: headers + [("Content-Type", body.contentType), ("Idempotency-Key", key)],
        body: body.body, timeout: settings.uploadTimeout), .free)
    guard reply.isSuccess else { throw error(reply, .free) }
    let data = JSONValue(reading: reply.body)?.at("data")
    guard let id = data?.at("asset_id")?.text ?? data?.at("id")?.text, !id.isEmpty else {
      throw calls.malformed("no id of the uploaded file", reply, .free)
    }
    return id
  }

  /// The older way: the file alone is the body. Gives its id and its address.
  func uploadOld(
    _ path: String, as kind: CheckedMedia.Kind
  ) async throws -> (id: String, url: String?) {
    let media = try await checked(path, as: kind)
    let reply = try await calls.send(
      WebRequest(
        .post, "\(settings.uploadBase)/v1/asset",
        headers: headers + [("Content-Type", media.mediaType)],
        body: .file(path: path, range: 0..<media.bytes), timeout: settings.uploadTimeout), .free)
    let answer = JSONValue(reading: reply.body)
    guard reply.isSuccess, !isRefusal(answer) else { throw error(reply, .free) }
    guard let id = answer?.at("data", "id")?.text ?? answer?.at("data", "asset_id")?.text else {
      throw calls.malformed("no id of the uploaded file", reply, .free)
    }
    return (id, answer?.at("data", "url")?.text)
  }
}
