internal import Foundation
internal import SceneDocument
internal import WebClient

extension HeyGen {
  public func poll(_ job: VendorJob) async throws -> JobStatus {
    let data = try await read(job)
    switch data.at("status")?.text {
    case "completed": return .done
    case "failed": throw failure(data)
    // `waiting`, `pending`, `processing`, and words that are new.
    default: return .running(progress: nil)
    }
  }

  public func fetch(
    _ job: VendorJob, _ request: AvatarRequest, _ call: ProviderCall
  ) async throws -> Made<MediaFile> {
    let data = try await read(job)
    let (path, media) = try await calls.download(
      try address(data), as: .video, to: call.folder, name: "avatar",
      timeout: settings.downloadTimeout
    ) { try address(try await read(job)) }
    return Made(
      MediaFile(
        path: path, mediaType: media.mediaType,
        hasAlpha: settings.isTransparent && media.hasAlpha),
      cost: cost(data.at("duration")?.double ?? media.duration), requestID: calls.id(job.id))
  }

  private func address(_ data: JSONValue) throws -> String {
    if data.at("status")?.text == "failed" { throw failure(data) }
    if let url = data.at("video_url")?.text { return url }
    throw calls.error(
      .retry, code: "not_ready", "the film at HeyGen is not ready",
      advice: "it is asked after again")
  }

  /// A job is only known to the version that began it.
  private func read(_ job: VendorJob) async throws -> JSONValue {
    let id = job.id.percentEncoded
    let path = job.note == "v2" ? "/v1/video_status.get?video_id=\(id)" : "/v3/videos/\(id)"
    let reply = try await calls.send(
      WebRequest(.get, settings.base + path, headers: headers, timeout: settings.readTimeout), .free
    )
    let answer = JSONValue(reading: reply.body)
    guard reply.isSuccess, !isRefusal(answer) else { throw error(reply, .free) }
    guard let data = answer?.at("data"), data.isObject else {
      throw calls.malformed("no video", reply, .free)
    }
    return data
  }

  /// Why a job failed; failed ones are not charged.
  private func failure(_ data: JSONValue) -> ProviderError {
    let told = data.at("error")
    let code = data.at("failure_code")?.text ?? told?.at("code")?.text ?? "failed"
    let reason =
      data.at("failure_message")?.text ?? told?.at("message")?.text ?? told?.at("detail")?.text
      ?? told?.text ?? "HeyGen failed without a reason"
    if Self.isModeration(code, reason) {
      return calls.error(
        .moderation, code: code, reason,
        advice: "change the scene's narration or the picture of the speaker")
    }
    return calls.error(
      code.contains("insufficient_credit") ? .quota : .permanent, code: code, reason,
      advice: "look at the job at HeyGen, then begin the scene anew")
  }

  static func isModeration(_ code: String, _ reason: String) -> Bool {
    let said = (code + " " + reason).lowercased()
    return ["moderat", "content policy", "content_policy", "nsfw", "not allowed content"]
      .contains { said.contains($0) }
  }

  // MARK: Errors

  /// An older body that says no, whatever the status. 100 is its word for yes.
  func isRefusal(_ answer: JSONValue?) -> Bool {
    if let code = answer?.at("code")?.double, code != 100, code != 200, code != 0 { return true }
    return answer?.at("error") != nil && answer?.at("data") == nil
  }

  /// What a reply without success means.
  func error(_ reply: WebReply, _ weight: VendorCalls.Weight) -> ProviderError {
    let body = JSONValue(reading: reply.body)
    let told = body?.at("error")
    let code = told?.at("code")?.text ?? body?.at("code")?.text ?? ""
    let said = calls.excerpt(reply.body)
    let reason =
      told?.at("message")?.text ?? told?.text ?? body?.at("message")?.text
      ?? (said.isEmpty ? "it answered \(reply.status) without a reason" : said)
    let wait = RetryAfter.milliseconds(reply.headers)
    switch (reply.status, code) {
    case (_, "400112"), (401, _):
      return calls.error(
        .permanent, code: code.isEmpty ? "401" : code, reason, advice: "check the key of HeyGen")
    case (_, "insufficient_credit"):
      return calls.error(
        .quota, code: code, reason, advice: "buy credits at HeyGen, or wait for the next period")
    case (429, _), (_, "rate_limit_exceeded"):
      return calls.error(
        .slot, code: code.isEmpty ? "429" : code, reason,
        advice: "it goes on when HeyGen takes more requests", waitMS: wait)
    case (400...499, _) where Self.isModeration(code, reason):
      return calls.error(
        .moderation, code: code.isEmpty ? "403" : code, reason,
        advice: "change the scene's narration or the picture of the speaker")
    case (409, "request_in_progress"):
      // The first of two requests with one key is being done: its answer comes under the same key.
      return weight == .paid
        ? calls.error(
          .unknownOutcome, code: code, reason, advice: "it is asked again with the same key",
          waitMS: wait ?? 2_000)
        : calls.error(
          .retry, code: code, reason, advice: "it is tried again", waitMS: wait ?? 2_000)
    case (_, "download_failed"):
      return calls.error(
        .permanent, code: code, reason, advice: "HeyGen cannot fetch a file that it was given")
    case (500...599, _) where weight == .paid:
      return calls.lost("HeyGen answered \(reply.status): \(reason)")
    case (200...299, _):
      return calls.error(
        .permanent, code: code, reason, advice: "correct the request or the settings of HeyGen")
    default:
      return calls.error(status: reply.status, code: code, reason, weight, waitMS: wait)
    }
  }
}
