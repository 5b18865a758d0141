internal import SceneDocument
internal import WebClient

extension HeyGen {
  func createOld(_ request: AvatarRequest, _ call: ProviderCall) async throws -> Started {
    let (path, body) =
      settings.isTransparent
      ? ("/v1/video.webm", try await clearBody(request, call))
      : ("/v2/video/generate", try await plainBody(request, call))
    let reply = try await calls.send(
      WebRequest(
        .post, settings.base + path, headers: headers + [("Content-Type", "application/json")],
        body: .bytes(body.bytes), timeout: settings.postTimeout), .paid)
    let answer = JSONValue(reading: reply.body)
    // Refusals come with status 200 too.
    guard reply.isSuccess, !isRefusal(answer) else { throw error(reply, .paid) }
    guard let id = answer?.at("data", "video_id")?.text, !id.isEmpty else {
      throw calls.malformed("no video", reply, .paid)
    }
    return .job(VendorJob(id: id, note: "v2"))
  }

  private func plainBody(
    _ request: AvatarRequest, _ call: ProviderCall
  ) async throws -> JSONValue {
    let sound = try await uploadOld(request.audioPath, as: .sound)
    let character: JSONValue
    if isPicture(request) {
      throw calls.error(
        .permanent, code: "picture",
        "version 2 of HeyGen makes no picture speak that is not in the account",
        advice: "set HeyGen's version to v3, or name an avatar")
    } else {
      character = [
        "type": "avatar", "avatar_id": .string(request.character ?? settings.avatar ?? ""),
        "avatar_style": "normal",
      ]
    }
    var scene: [JSONValue.Member] = [
      .init("character", character),
      .init("voice", ["type": "audio", "audio_asset_id": .string(sound.id)]),
    ]
    if let colour = settings.background {
      scene.append(.init("background", ["type": "color", "value": .string(colour)]))
    }
    return [
      "title": .string(call.id), "callback_id": .string(call.id), "caption": false,
      "dimension": dimension(request), "video_inputs": .array([.object(scene)]),
    ]
  }

  private func clearBody(
    _ request: AvatarRequest, _ call: ProviderCall
  ) async throws -> JSONValue {
    let sound = try await uploadOld(request.audioPath, as: .sound)
    guard let url = sound.url else {
      throw calls.error(
        .permanent, code: "asset", "HeyGen gave no address of the uploaded speech",
        advice: "set HeyGen's version to v3")
    }
    return [
      "avatar_pose_id": .string(request.character ?? settings.avatar ?? ""),
      "avatar_style": "normal", "input_audio": .string(url), "dimension": dimension(request),
      "callback_id": .string(call.id),
    ]
  }

  /// Even numbers within what the service takes.
  private func dimension(_ request: AvatarRequest) -> JSONValue {
    func even(_ value: Int) -> JSONValue { .integer(min(max(value, 128), 4096) / 2 * 2) }
    return ["width": even(request.width), "height": even(request.height)]
  }
}
