internal import Foundation
internal import SceneDocument
internal import WebClient

extension DID {
  public func poll(_ job: VendorJob) async throws -> JobStatus {
    let answer = try await read(job)
    switch answer.at("status")?.text {
    case "done": return .done
    case "error", "rejected": throw failure(answer)
    // `created`, `started`, and words that are new.
    default: return .running(progress: nil)
    }
  }

  public func fetch(
    _ job: VendorJob, _ request: AvatarRequest, _ call: ProviderCall
  ) async throws -> Made<MediaFile> {
    let answer = try await read(job)
    let (path, media) = try await calls.download(
      try address(answer), as: .video, to: call.folder, name: "avatar",
      timeout: settings.downloadTimeout
    ) { try address(try await read(job)) }
    let isAsked = settings.isTransparent && kind(of: request) == .clip
    return Made(
      MediaFile(
        path: path, mediaType: media.mediaType, hasAlpha: isAsked && media.hasAlpha),
      cost: cost(answer.at("duration")?.double ?? media.duration),
      requestID: calls.id(job.id))
  }

  /// Never `pending_url`, which is the service's own.
  private func address(_ answer: JSONValue) throws -> String {
    switch answer.at("status")?.text {
    case "error", "rejected": throw failure(answer)
    default: break
    }
    if let url = answer.at("result_url")?.text { return url }
    throw calls.error(
      .retry, code: "not_ready", "the film at D-ID is not ready", advice: "it is asked after again")
  }

  private func read(_ job: VendorJob) async throws -> JSONValue {
    let note = job.note?.split(separator: " ") ?? []
    let kind = note.first.flatMap { Kind(rawValue: String($0)) } ?? .talk
    let id = job.id.percentEncoded
    let reply = try await get("/\(kind.path)/\(id)")
    if reply.status == 404, let begun = note.last.flatMap({ Int64($0) }), isRecent(begun) {
      throw calls.error(
        .retry, code: "not_found", "D-ID does not know the \(kind.rawValue) yet",
        advice: "it is asked after again", waitMS: 2_000)
    }
    guard reply.isSuccess else { throw error(reply, .free) }
    guard let answer = JSONValue(reading: reply.body), answer.isObject else {
      throw calls.malformed("no \(kind.rawValue)", reply, .free)
    }
    return answer
  }

  /// A job may be unknown for a moment after it was made.
  private func isRecent(_ time: Int64) -> Bool {
    Int64(Date().timeIntervalSince1970 * 1000) - time < 60_000
  }

  /// Why a job failed. Another one would be another payment: nothing is tried again by itself.
  private func failure(_ answer: JSONValue) -> ProviderError {
    let told = answer.at("error")
    let code = told?.at("kind")?.text ?? ""
    let isRejected = answer.at("status")?.text == "rejected"
    let reason =
      told?.at("description")?.text ?? told?.text
      ?? (isRejected ? "D-ID refused it without a reason" : "D-ID failed without a reason")
    if isRejected || Self.isModeration(code) {
      return calls.error(
        .moderation, code: code.isEmpty ? "rejected" : code, reason,
        advice: "change the scene's narration or the picture of the speaker")
    }
    return calls.error(
      code == "InsufficientCreditsError" ? .quota : .permanent, code: code.isEmpty ? "error" : code,
      reason, advice: "look at the job in the studio of D-ID, then begin the scene anew")
  }

  static func isModeration(_ kind: String) -> Bool {
    kind.hasSuffix("ModerationError") || kind == "CelebrityRecognizedError"
  }

  /// What a reply without success means.
  func error(_ reply: WebReply, _ weight: VendorCalls.Weight) -> ProviderError {
    let body = JSONValue(reading: reply.body)
    let code = body?.at("kind")?.text ?? ""
    let said = calls.excerpt(reply.body)
    let reason =
      body?.at("description")?.text ?? body?.at("message")?.text
      ?? (said.isEmpty ? "it answered \(reply.status) without a reason" : said)
    let wait = RetryAfter.milliseconds(reply.headers)
    switch reply.status {
    case 451,
      _ where Self.isModeration(code):
      return calls.error(
        .moderation, code: code.isEmpty ? "451" : code, reason,
        advice: "change the scene's narration or the picture of the speaker")
    case 401:
      return calls.error(
        .permanent, code: code.isEmpty ? "401" : code, reason,
        advice: "check the key of D-ID, and whether it is sent as shown or in Base64")
    case 403:
      return calls.error(
        .permanent, code: code.isEmpty ? "403" : code, reason,
        advice: "the plan at D-ID lacks an option: set stitching off, or change the plan")
    case 400 where code == "DriverNotValidError":
      return calls.error(
        .permanent, code: code, reason,
        advice: "name a presenter and driver that D-ID lists today, or no driver")
    // The service may have begun before it failed.
    case 500...599 where weight == .paid:
      return calls.lost("D-ID answered \(reply.status): \(reason)")
    default:
      return calls.error(status: reply.status, code: code, reason, weight, waitMS: wait)
    }
  }
}
