internal import Foundation
internal import SceneDocument
internal import WebClient

extension ElevenLabs {
  /// Looks for the speech in the service's history, and fetches its sound, which costs nothing.
  ///
  /// `.notStarted` once it is not there and can no longer appear; until then throws `.retry` with the time to wait.
  public func recover(
    _ request: SpeechRequest, _ call: ProviderCall
  ) async throws -> Recovery<Made<Speech>> {
    guard settings.keepsHistory else { return .unknown }
    let voice = try voice(of: request)
    let format = try format()
    switch try await find(request, voice, call) {
    case .item(let item): return .found(try await fetch(item, format, request, call))
    case .closed: return .unknown
    case .nothing: break
    }
    let settled = call.startedAt + Int64(settings.settling / .milliseconds(1))
    let left = settled - Int64(Date().timeIntervalSince1970 * 1000)
    guard left > 0 else { return .notStarted }
    throw calls.error(
      .retry, code: "not_in_history",
      "the lost request is not in the history of ElevenLabs yet",
      advice: "it is looked for again before the text is sent anew", waitMS: left)
  }

  private enum Search {
    case item(JSONValue)
    case nothing
    /// The key may not read the history.
    case closed
  }

  /// Clocks differ: an item may seem older than the request it is of.
  private static let skew: Int64 = 120_000

  private func find(
    _ request: SpeechRequest, _ voice: String, _ call: ProviderCall
  ) async throws -> Search {
    var after: String?
    var isInProgress = false
    for _ in 0..<20 {
      let more = after.map { "&start_after_history_item_id=\($0)" } ?? ""
      let reply = try await calls.send(
        WebRequest(
          .get, "\(settings.base)/v1/history?page_size=100&voice_id=\(voice)\(more)",
          headers: headers, timeout: settings.readTimeout), .free)
      if [401, 403, 404].contains(reply.status) { return .closed }
      guard reply.isSuccess else { throw error(reply, .free) }
      guard let page = JSONValue(reading: reply.body), let items = page.at("history")?.items else {
        throw calls.malformed("no history", reply, .free)
      }
      for item in items where isMatch(item, request, voice, call) {
        switch item.at("state")?.text {
        case "deleted": continue
        case "processing": isInProgress = true
        default: return .item(item)
        }
      }
      let oldest = items.compactMap { VendorTime.milliseconds($0.at("date_unix")) }.min()
      guard page.at("has_more")?.flag == true, let last = page.at("last_history_item_id")?.text,
        let oldest, oldest >= call.startedAt - Self.skew
      else { break }
      after = last.percentEncoded
    }
    guard isInProgress else { return .nothing }
    throw calls.error(
      .retry, code: "processing", "ElevenLabs is still making the speech",
      advice: "its sound is fetched when it is done", waitMS: 2_000)
  }

  private func isMatch(
    _ item: JSONValue, _ request: SpeechRequest, _ voice: String, _ call: ProviderCall
  ) -> Bool {
    guard item.at("text")?.text == request.text, item.at("history_item_id")?.text != nil,
      let date = VendorTime.milliseconds(item.at("date_unix")), date >= call.startedAt - Self.skew
    else { return false }
    return (item.at("voice_id")?.text ?? voice) == voice
      && (item.at("model_id")?.text ?? settings.model) == settings.model
  }

  private func fetch(
    _ item: JSONValue, _ format: ElevenLabsFormat, _ request: SpeechRequest, _ call: ProviderCall
  ) async throws -> Made<Speech> {
    let id = item.at("history_item_id")?.text ?? ""
    let path = id.percentEncoded
    var get = WebRequest(
      .get, "\(settings.base)/v1/history/\(path)/audio", headers: headers,
      timeout: settings.speechTimeout)
    get.replyLimit = Self.soundLimit
    let reply = try await calls.send(get, .free)
    guard reply.isSuccess else { throw error(reply, .free) }
    let timed = ElevenLabsSpeech(audio: reply.body, alignments: item.at("alignments"))
    do {
      let (path, sound) = try await format.write(timed.audio, to: call.folder)
      let from = item.at("character_count_change_from")?.double
      let to = item.at("character_count_change_to")?.double
      let charged = from.flatMap { from in to.map { $0 - from } }.flatMap { $0 > 0 ? $0 : nil }
      return Made(
        Speech(
          path: path, duration: sound.duration, words: timed.words(of: request.text, sound.duration)
        ), cost: charged.map(cost) ?? estimate(request),
        requestID: calls.id(item.at("request_id")?.text))
    } catch let broken as CheckedMedia.Broken {
      throw calls.error(
        .retry, code: "broken_file",
        "the sound in the history of ElevenLabs cannot be used: \(broken.reason)",
        advice: "it is fetched again")
    }
  }
}
