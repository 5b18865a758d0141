internal import SceneDocument
internal import WebClient

extension ElevenLabs {
  /// What a reply without success means. Three shapes of body exist side by side, and others from proxies.
  func error(_ reply: WebReply, _ weight: VendorCalls.Weight) -> ProviderError {
    let (code, reason) = words(of: reply)
    let wait = RetryAfter.milliseconds(reply.headers)
    switch (reply.status, code) {
    // A 401 too, though the key is good.
    case (_, "quota_exceeded"):
      return calls.error(
        .quota, code: code, reason,
        advice: "buy credits at ElevenLabs, or wait until they are renewed", waitMS: wait)
    case (401, "detected_unusual_activity"):
      return calls.error(
        .permanent, code: code, reason,
        advice: "the free plan is blocked for this address: use a paid plan")
    case (401, "missing_permissions"):
      return calls.error(
        .permanent, code: code, reason, advice: "give the key the right to make speech")
    case (401, _):
      return calls.error(
        .permanent, code: code.isEmpty ? "401" : code, reason,
        advice:
          "check the key of ElevenLabs, and that it was made for the region of \(settings.base)"
      )
    case (400, "max_character_limit_exceeded"):
      return calls.error(
        .permanent, code: code, reason, advice: "split the scene's narration")
    case (400, "voice_not_found"), (404, "voice_not_found"):
      return calls.error(
        .permanent, code: code, reason, advice: "give the id of a voice of this account")
    case (429, "system_busy"):
      return calls.error(
        .retry, code: code, reason, advice: "ElevenLabs is overloaded; it is tried again",
        waitMS: wait)
    case (400...499, _) where code.contains("moderat") || code.contains("policy"):
      return calls.error(.moderation, code: code, reason, advice: "change the scene's narration")
    default:
      return calls.error(status: reply.status, code: code, reason, weight, waitMS: wait)
    }
  }

  private func words(of reply: WebReply) -> (code: String, reason: String) {
    guard let detail = JSONValue(reading: reply.body)?.at("detail") else {
      let said = calls.excerpt(reply.body)
      return ("", said.isEmpty ? "it answered \(reply.status) without a reason" : said)
    }
    if let text = detail.text { return ("", text) }
    if let failures = detail.items {
      let told = failures.prefix(3).map { failure in
        let place = failure.at("loc")?.items?.compactMap(\.text).joined(separator: ".") ?? ""
        return "\(place): \(failure.at("msg")?.text ?? "not accepted")"
      }
      return ("validation", told.joined(separator: "; "))
    }
    let code = detail.at("code")?.text ?? detail.at("status")?.text ?? ""
    return (code, detail.at("message")?.text ?? (code.isEmpty ? calls.excerpt(reply.body) : code))
  }
}
