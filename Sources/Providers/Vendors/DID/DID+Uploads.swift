internal import Foundation
internal import SceneDocument
internal import WebClient

extension DID {
  /// Bytes of an upload, and seconds of a film: the lower ones where the service's pages disagree.
  static let speechLimit: Int64 = 6 << 20
  static let pictureLimit: Int64 = 10 << 20
  static let longest = 300.0

  func checkSpeech(_ request: AvatarRequest) async throws {
    if request.duration + settings.pad > Self.longest {
      throw calls.error(
        .permanent, code: "too_long",
        "the speech lasts \(Int(request.duration)) s, and D-ID takes \(Int(Self.longest)) s at most",
        advice: "split the scene's narration")
    }
  }

  /// The address under which D-ID has the speech for a day. Its name holds the attempt's id.
  func upload(speech request: AvatarRequest, _ call: ProviderCall) async throws -> String {
    let sound = try await checked(
      request.audioPath, as: .sound, limit: Self.speechLimit,
      advice: "speak the scene as MP3 (64 to 128 kbit/s), or split its narration")
    return try await upload(
      .file(
        name: "audio", path: request.audioPath, fileName: "\(call.id).\(sound.suffix)",
        mediaType: sound.mediaType), to: "/audios", call
    ).url
  }

  func upload(picture path: String, _ call: ProviderCall) async throws -> String {
    let picture = try await checked(
      path, as: .picture, limit: Self.pictureLimit, advice: "give a smaller picture of the speaker")
    guard ["image/jpeg", "image/png"].contains(picture.mediaType) else {
      throw calls.error(
        .permanent, code: "picture", "the picture of the speaker is \(picture.mediaType)",
        advice: "give a JPEG or PNG file")
    }
    let (url, reply) = try await upload(
      .file(
        name: "image", path: path, fileName: "\(call.id).\(picture.suffix)",
        mediaType: picture.mediaType), to: "/images", call)
    if let faces = reply.at("faces")?.items, faces.isEmpty {
      throw calls.error(
        .permanent, code: "no_face", "D-ID finds no face in the picture of the speaker",
        advice: "give a picture that shows one face from the front")
    }
    return url
  }

  private func checked(
    _ path: String, as kind: CheckedMedia.Kind, limit: Int64, advice: String
  ) async throws -> CheckedMedia {
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
    if media.bytes > limit {
      throw calls.error(
        .permanent, code: "too_large",
        "the \(kind.rawValue) '\(file)' has \(media.bytes) bytes, and D-ID takes \(limit) at most",
        advice: advice)
    }
    return media
  }

  /// Uploads cost nothing and nobody sees them: they may be repeated.
  private func upload(
    _ part: Multipart.Part, to path: String, _ call: ProviderCall
  ) async throws -> (url: String, reply: JSONValue) {
    let body: Multipart
    do {
      body = try Multipart([part], to: "\(call.folder)/upload.part")
    } catch let failure as WebFailure {
      throw calls.error(for: failure, .free)
    }
    defer { try? FileManager.default.removeItem(atPath: body.path) }
    let reply = try await calls.send(
      WebRequest(
        .post, settings.base + path, headers: headers + [("Content-Type", body.contentType)],
        body: body.body, timeout: settings.uploadTimeout), .free)
    guard reply.isSuccess else { throw error(reply, .free) }
    guard let answer = JSONValue(reading: reply.body), let url = answer.at("url")?.text,
      !url.isEmpty
    else { throw calls.malformed("no address of the uploaded file", reply, .free) }
    return (url, answer)
  }
}
