internal import Foundation
internal import SceneDocument
public import WebClient

/// Speakers of D-ID: a picture that is made to speak (a talk), or a presenter (a clip), which can be transparent.
///
/// Speech and picture are uploaded, so that the node needs no address of its own. One paid request for each scene, marked
/// with the attempt's id; an answer that was lost is looked for by that mark.
public struct DID: MediaMaker {
  public let provider = "d-id"
  let settings: DIDSettings
  let calls: VendorCalls

  public init(_ settings: DIDSettings, web: WebClient) {
    var settings = settings
    settings.base = settings.base.withoutEndingSlash
    self.settings = settings
    calls = VendorCalls(provider: provider, name: "D-ID", web: web, secrets: [settings.key])
  }

  public var polling: Polling { settings.polling }

  /// Credits of 15 seconds begun.
  public func estimate(_ request: AvatarRequest) -> Cost { cost(request.duration + settings.pad) }

  func cost(_ seconds: Double) -> Cost {
    Cost.of(max(1, (seconds / 15).rounded(.up)), "credits", price: settings.dollarsPerCredit)
  }

  /// What a request becomes at the service.
  enum Kind: String, Sendable {
    case talk, clip

    var path: String { self == .talk ? "talks" : "clips" }
  }

  /// A named presenter, else the user's picture, else the settings' presenter.
  func kind(of request: AvatarRequest) -> Kind {
    if request.character != nil { return .clip }
    return request.portraitPath == nil && settings.presenter != nil ? .clip : .talk
  }

  var headers: [(name: String, value: String)] {
    let key = settings.key.value
    let credentials =
      settings.keyForm == .asShown ? key : Data(key.utf8).base64EncodedString()
    return [
      ("Authorization", "Basic \(credentials)"), ("Accept", "application/json"),
      ("Cache-Control", "no-store"),
    ]
  }

  func get(_ path: String) async throws -> WebReply {
    try await calls.send(
      WebRequest(.get, settings.base + path, headers: headers, timeout: settings.readTimeout), .free
    )
  }

  // MARK: Start

  /// Without a picture the service would take a face of its own, which nobody has chosen.
  public func check(_ request: AvatarRequest) throws(ProviderError) {
    guard kind(of: request) == .talk, request.portraitPath == nil, settings.portraitURL == nil
    else { return }
    throw calls.error(
      .permanent, code: "picture", "no speaker of D-ID is named",
      advice:
        "set '\(settings.presenterSetting)' or '\(settings.portraitSetting)', or give a picture of the speaker"
    )
  }

  public func start(_ request: AvatarRequest, _ call: ProviderCall) async throws -> Started {
    try check(request)
    let kind = kind(of: request)
    let body: JSONValue
    switch kind {
    case .talk: body = try await talk(request, call)
    case .clip: body = try await clip(request, call)
    }
    let reply = try await calls.send(
      WebRequest(
        .post, "\(settings.base)/\(kind.path)",
        headers: headers + [("Content-Type", "application/json")], body: .bytes(body.bytes),
        timeout: settings.postTimeout), .paid)
    guard reply.isSuccess else { throw error(reply, .paid) }
    guard let id = JSONValue(reading: reply.body)?.at("id")?.text, !id.isEmpty else {
      throw calls.malformed("no \(kind.rawValue)", reply, .paid)
    }
    return .job(job(id, kind, at: call.startedAt))
  }

  /// The note keeps what kind of job it is and when it began.
  func job(_ id: String, _ kind: Kind, at time: Int64) -> VendorJob {
    VendorJob(id: id, note: "\(kind.rawValue) \(time)")
  }

  private func talk(_ request: AvatarRequest, _ call: ProviderCall) async throws -> JSONValue {
    try await checkSpeech(request)
    var body = marks(call)
    if let portrait = request.portraitPath {
      body.append(.init("source_url", .string(try await upload(picture: portrait, call))))
    } else if let url = settings.portraitURL {
      body.append(.init("source_url", .string(url)))
    }
    body.append(.init("script", script(try await upload(speech: request, call))))
    body.append(
      .init(
        "config",
        [
          "stitch": .bool(settings.stitches), "fluent": .bool(settings.isFluent),
          "pad_audio": .number(settings.pad), "result_format": "mp4",
        ]))
    return .object(body)
  }

  private func clip(_ request: AvatarRequest, _ call: ProviderCall) async throws -> JSONValue {
    try await checkSpeech(request)
    let name = request.character ?? settings.presenter ?? ""
    let presenter = try await presenter(name)
    let isClear = settings.isTransparent && presenter.at("is_greenscreen")?.flag == true
    var body = marks(call)
    body.append(.init("presenter_id", .string(name)))
    if let driver = settings.driver ?? presenter.at("driver_id")?.text {
      body.append(.init("driver_id", .string(driver)))
    }
    body.append(.init("script", script(try await upload(speech: request, call))))
    var config: [JSONValue.Member] = [.init("result_format", isClear ? "webm" : "mp4")]
    if let resolution = settings.resolution {
      config.append(.init("output_resolution", .integer(min(max(resolution, 150), 1080))))
    }
    body.append(.init("config", .object(config)))
    // The boolean: a text "false" is refused.
    if isClear {
      body.append(.init("background", ["color": false]))
    } else if let colour = settings.background {
      body.append(.init("background", ["color": .string(colour)]))
    }
    return .object(body)
  }

  private func marks(_ call: ProviderCall) -> [JSONValue.Member] {
    [.init("name", .string(call.id)), .init("user_data", .string(call.id))]
  }

  private func script(_ url: String) -> JSONValue { ["type": "audio", "audio_url": .string(url)] }

  /// The presenter as the service lists it today: ids of old documents are refused.
  private func presenter(_ name: String) async throws -> JSONValue {
    var token = ""
    for _ in 0..<20 {
      let reply = try await get("/clips/presenters?limit=100\(token)")
      guard reply.isSuccess else { throw error(reply, .free) }
      guard let page = JSONValue(reading: reply.body), let list = page.at("presenters")?.items
      else { throw calls.malformed("no list of presenters", reply, .free) }
      if let found = list.first(where: { $0.at("presenter_id")?.text == name }) { return found }
      guard let next = page.at("token")?.text, !next.isEmpty else { break }
      token = "&token=" + next.percentEncoded
    }
    throw calls.error(
      .permanent, code: "presenter", "D-ID has no presenter '\(name)'",
      advice: "name a presenter of this account, or give a picture of the speaker")
  }
}
