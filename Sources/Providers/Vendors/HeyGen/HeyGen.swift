internal import Foundation
internal import SceneDocument
public import WebClient

/// Speakers of HeyGen: avatars of the account, or a picture that is made to speak.
///
/// In version 3 the paid request carries a key made of the attempt's id and of all that was asked for: sent again, it
/// gives the first answer again. Version 2 has no such key.
public struct HeyGen: MediaMaker {
  public let provider = "heygen"
  let settings: HeyGenSettings
  let calls: VendorCalls

  public init(_ settings: HeyGenSettings, web: WebClient) {
    var settings = settings
    settings.base = settings.base.withoutEndingSlash
    settings.uploadBase = settings.uploadBase.withoutEndingSlash
    self.settings = settings
    calls = VendorCalls(provider: provider, name: "HeyGen", web: web, secrets: [settings.key])
  }

  public var polling: Polling { settings.polling }

  public func estimate(_ request: AvatarRequest) -> Cost { cost(request.duration) }

  func cost(_ seconds: Double) -> Cost {
    Cost.of(seconds, "seconds", price: settings.dollarsPerSecond)
  }

  var headers: [(name: String, value: String)] {
    [
      ("X-Api-Key", settings.key.value), ("Accept", "application/json"),
      ("Cache-Control", "no-store"),
    ]
  }

  public func start(_ request: AvatarRequest, _ call: ProviderCall) async throws -> Started {
    try check(request)
    switch settings.version {
    case .v3: return try await create(request, call)
    case .v2: return try await createOld(request, call)
    }
  }

  /// In version 3 the same request once more, which gives the first answer, or begins what never began.
  public func recover(
    _ request: AvatarRequest, _ call: ProviderCall
  ) async throws -> Recovery<Started> {
    guard settings.version == .v3 else { return .unknown }
    let age = Int64(Date().timeIntervalSince1970 * 1000) - call.startedAt
    // Keys are kept for a day.
    guard age < 23 * 3_600_000 else { return .unknown }
    do {
      return .found(try await create(request, call))
    } catch let error as ProviderError where error.kind == .unknownOutcome {
      // Lost once more, or still being done: it may be asked again and again.
      throw calls.error(
        .retry, code: error.code, error.reason,
        advice: "it is asked again with the same key", waitMS: error.waitMS)
    }
  }

  // MARK: Version 3

  private func create(_ request: AvatarRequest, _ call: ProviderCall) async throws -> Started {
    let key = key(of: request, call)
    let isPicture = isPicture(request)
    var body: [JSONValue.Member] = [
      .init("type", isPicture ? "image" : "avatar"),
      .init(
        "audio_asset_id",
        .string(try await upload(request.audioPath, as: .sound, request.audioSHA256, call))),
      .init("title", .string(call.id)), .init("callback_id", .string(call.id)),
      .init("resolution", .string(settings.resolution ?? Self.resolution(of: request))),
      .init("aspect_ratio", .string(Self.aspect(of: request))),
      .init("output_format", settings.isTransparent ? "webm" : "mp4"),
    ]
    if isPicture, let path = request.portraitPath {
      let asset = try await upload(path, as: .picture, request.portraitSHA256 ?? "", call)
      body.append(.init("image", ["type": "asset_id", "asset_id": .string(asset)]))
    } else {
      body.append(.init("avatar_id", .string(request.character ?? settings.avatar ?? "")))
      if let engine = settings.engine { body.append(.init("engine", ["type": .string(engine)])) }
    }
    // A background is refused where the film is transparent.
    if !settings.isTransparent, let colour = settings.background {
      body.append(.init("background", ["type": "color", "value": .string(colour)]))
    }
    let reply = try await calls.send(
      WebRequest(
        .post, "\(settings.base)/v3/videos",
        headers: headers + [("Content-Type", "application/json"), ("Idempotency-Key", key)],
        body: .bytes(JSONValue.object(body).bytes), timeout: settings.postTimeout), .paid)
    guard reply.isSuccess else { throw error(reply, .paid) }
    guard let id = JSONValue(reading: reply.body)?.at("data", "video_id")?.text, !id.isEmpty else {
      throw calls.malformed("no video", reply, .paid)
    }
    return .job(VendorJob(id: id, note: "v3"))
  }

  /// The attempt and what it asked for, by hashes of the files: ids of uploads differ when they are repeated, and the
  /// node's settings may have changed since the answer was lost. The service would give the first answer even to another
  /// request with the same key.
  private func key(of request: AvatarRequest, _ call: ProviderCall) -> String {
    let wanted: JSONValue = [
      "audio": .string(request.audioSHA256), "picture": .string(request.portraitSHA256 ?? ""),
      "avatar": .string(request.character ?? ""), "width": .integer(request.width),
      "height": .integer(request.height),
    ]
    return "\(Self.plain(call.id)):\(CanonicalJSON.sha256(of: wanted))"
  }

  /// What a key may hold.
  static func plain(_ id: String) -> String {
    String(
      id.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }.prefix(80))
  }

  /// A named avatar, else the user's picture, else the settings' avatar.
  func isPicture(_ request: AvatarRequest) -> Bool {
    request.character == nil && request.portraitPath != nil
  }

  public func check(_ request: AvatarRequest) throws(ProviderError) {
    if request.duration > 600 {
      throw calls.error(
        .permanent, code: "too_long",
        "the speech lasts \(Int(request.duration)) s, and HeyGen takes 600 s at most",
        advice: "split the scene's narration")
    }
    if !isPicture(request), (request.character ?? settings.avatar ?? "").isEmpty {
      throw calls.error(
        .permanent, code: "avatar", "no avatar of HeyGen is named",
        advice: "set '\(settings.avatarSetting)' to one of them, or give a picture of the speaker")
    }
  }

  static func resolution(of request: AvatarRequest) -> String {
    switch min(request.width, request.height) {
    case ...720: "720p"
    case ...1080: "1080p"
    default: "4k"
    }
  }

  /// The ratio next to the one wanted.
  static func aspect(of request: AvatarRequest) -> String {
    let wanted = Double(max(1, request.width)) / Double(max(1, request.height))
    let known = [("16:9", 16.0 / 9), ("9:16", 9.0 / 16), ("4:5", 0.8), ("5:4", 1.25), ("1:1", 1)]
    return known.min { abs($0.1 - wanted) < abs($1.1 - wanted) }?.0 ?? "16:9"
  }
}
