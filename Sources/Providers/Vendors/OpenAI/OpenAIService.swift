internal import SceneDocument
internal import WebClient

/// Requests to OpenAI and its like, and what their errors mean. Every one costs, and none carries a key by which the
/// service would know a repetition.
struct OpenAIService: Sendable {
  let account: OpenAIAccount
  let calls: VendorCalls

  init(_ account: OpenAIAccount, provider: String, name: String, web: WebClient) {
    self.account = account
    calls = VendorCalls(
      provider: provider, name: name, web: web, secrets: [account.key].compactMap { $0 })
  }

  /// An error as the service writes it; every member may be missing.
  struct Fault: Sendable {
    var status: Int
    var code: String
    var type: String
    var message: String
    var parameter: String
    /// The body is an error of the service itself, not of a machine before it.
    var isOfService: Bool
    /// The service's own word on whether it may be asked again.
    var mayRetry: Bool?
    var waitMS: Int64?
  }

  struct Answer: Sendable {
    var json: JSONValue
    /// The service's id of the request.
    var id: String?
  }

  /// Sends and reads the answer. `onFault` sees an error of the service first. Throws `ProviderError`.
  func post(
    _ path: String, _ body: JSONValue, timeout: Duration, onFault: (Fault) throws -> Void
  ) async throws -> Answer {
    let request = WebRequest(
      .post, account.baseURL + path,
      headers: account.headers + [
        ("content-type", "application/json"), ("accept", "application/json"),
      ], body: .bytes(body.bytes), timeout: timeout)
    let reply = try await calls.send(request, .paid)
    guard reply.isSuccess else {
      let fault = fault(reply)
      try onFault(fault)
      throw error(of: fault)
    }
    guard let json = JSONValue(reading: reply.body), json.isObject else {
      throw calls.malformed("what is no JSON object", reply, .paid)
    }
    return Answer(json: json, id: reply.headers["x-request-id"] ?? json.at("id")?.text)
  }

  func fault(_ reply: WebReply) -> Fault {
    let json = JSONValue(reading: reply.body)
    let error = json?.at("error") ?? json?.items?.first?.at("error")
    let message =
      error?.at("message")?.text ?? error?.text ?? GoogleFault.readable(reply.body)
    return Fault(
      status: reply.status, code: error?.at("code")?.text ?? "",
      type: error?.at("type")?.text ?? "", message: calls.plain(message, limit: 300),
      parameter: error?.at("param")?.text ?? "", isOfService: error != nil,
      mayRetry: reply.headers["x-should-retry"].flatMap(Bool.init),
      waitMS: RetryAfter.milliseconds(reply.headers).flatMap { $0 > 0 ? $0 : nil }
        ?? Self.resetMS(reply.headers))
  }

  func error(of fault: Fault) -> ProviderError {
    let said = fault.message.isEmpty ? "" : ": \(fault.message)"
    let reason = "\(calls.name) answered \(fault.status)\(said)"
    func error(_ kind: ProviderError.Class, _ advice: String) -> ProviderError {
      let code = [fault.code, fault.type, "\(fault.status)"].first { !$0.isEmpty } ?? ""
      return calls.error(kind, code: code, reason, advice: advice, waitMS: fault.waitMS)
    }
    if Self.isRefusal(fault) { return error(.moderation, "change what the brief says") }
    switch fault.status {
    case 429 where Self.isBilling(fault) || fault.mayRetry == false:
      return error(.quota, "buy credits or raise the limit at the service")
    // A wait that long is no matter of speed.
    case 429 where fault.waitMS ?? 0 > 120_000:
      return error(.quota, "wait until the allowance is there again, or raise it at the service")
    case 429: return error(.slot, "it goes on when the service takes more requests")
    case 401: return error(.permanent, "correct the key in '\(account.keySetting)'")
    case 403: return error(.permanent, "see what the key in '\(account.keySetting)' may do")
    case 404:
      return error(.permanent, "see whether '\(account.baseURLSetting)' and the model are right")
    case 413: return error(.permanent, "give a shorter brief")
    case 300...399:
      return error(.permanent, "correct '\(account.baseURLSetting)': it leads elsewhere")
    case 408, 409, 425, 500...599:
      if fault.mayRetry == false { return error(.permanent, "see what the service says") }
      // A machine before the service cannot know what it did.
      let isCertain = fault.mayRetry ?? (fault.isOfService && ![502, 504].contains(fault.status))
      return isCertain ? error(.retry, "it is tried again") : calls.lost(reason)
    default:
      return error(.permanent, "see what the service says, and correct the settings or the brief")
    }
  }

  private static func isBilling(_ fault: Fault) -> Bool {
    ["insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "quota_exceeded"]
      .contains { fault.code == $0 || fault.type == $0 }
  }

  private static func isRefusal(_ fault: Fault) -> Bool {
    ["content_policy_violation", "content_filter", "moderation_blocked"].contains(fault.code)
  }

  /// When the allowance that is used up is there again, by the headers that name a duration such as `6m0s`.
  private static func resetMS(_ headers: WebHeaders) -> Int64? {
    ["requests", "tokens"].compactMap { unit -> Int64? in
      guard headers["x-ratelimit-remaining-\(unit)"] == "0" else { return nil }
      return headers["x-ratelimit-reset-\(unit)"].flatMap(milliseconds)
    }.max()
  }

  /// Of `1h2m3.5s`, `20ms`; nil for what is none.
  static func milliseconds(_ text: String) -> Int64? {
    guard text.wholeMatch(of: #/([0-9.]+(ms|h|m|s))+/#) != nil else { return nil }
    let units = ["h": 3_600_000.0, "m": 60_000, "s": 1000, "ms": 1]
    var sum = 0.0
    for part in text.matches(of: #/([0-9.]+)(ms|h|m|s)/#) {
      guard let value = Double(part.output.1), let unit = units[String(part.output.2)] else {
        return nil
      }
      sum += value * unit
    }
    return sum > 0 && sum <= Double(RetryAfter.most) ? Int64(sum.rounded(.up)) : nil
  }
}
