internal import SceneDocument
internal import WebClient

/// Requests to Google's generative services, and what their errors mean.
struct GoogleService: Sendable {
  let account: GoogleAccount
  let calls: VendorCalls

  init(_ account: GoogleAccount, provider: String, name: String, web: WebClient) {
    self.account = account
    calls = VendorCalls(provider: provider, name: name, web: web, secrets: [account.key])
  }

  /// What a request does at the service, which decides what a lost answer means.
  enum Effect: Sendable {
    /// Asks: may be repeated at will.
    case reading
    /// Costs and leaves nothing behind: not repeated unless the service says that it was not done.
    case answering
    /// Begins a job that is paid for: repeated only when it certainly has not begun.
    case beginning

    var weight: VendorCalls.Weight { self == .reading ? .free : .paid }
  }

  struct Answer: Sendable {
    var json: JSONValue
    var reply: WebReply
  }

  var keyHeader: (name: String, value: String) { ("x-goog-api-key", account.key.value) }

  /// The key for addresses of the service itself.
  func headers(for url: String) -> [(name: String, value: String)] {
    account.owns(url) ? [keyHeader] : []
  }

  /// Sends and reads the answer. `now`, in UTC milliseconds, is what waits are counted from; `onFault` sees an error of
  /// the service first and may throw another one. Throws `ProviderError`.
  func send(
    _ method: WebRequest.Method, _ path: String, body: JSONValue? = nil, _ effect: Effect,
    timeout: Duration, now: Int64, onFault: (GoogleFault) throws -> Void = { _ in }
  ) async throws -> Answer {
    var request = WebRequest(
      method, account.baseURL + path, headers: [keyHeader, ("accept", "application/json")],
      timeout: timeout)
    request.replyLimit = 64 << 20
    if let body {
      request.headers.append(("content-type", "application/json"))
      request.body = .bytes(body.bytes)
    }
    let reply = try await calls.send(request, effect.weight)
    guard reply.isSuccess else {
      let fault = GoogleFault(reply, calls)
      try onFault(fault)
      throw error(of: fault, effect, now: now)
    }
    guard let json = JSONValue(reading: reply.body), json.isObject else {
      throw calls.malformed("what is no JSON object", reply, effect.weight)
    }
    return Answer(json: json, reply: reply)
  }

  func error(of fault: GoogleFault, _ effect: Effect, now: Int64) -> ProviderError {
    let said = fault.message.isEmpty ? "" : ": \(fault.message)"
    let reason = "\(calls.name) answered \(fault.status)\(said)"
    if fault.status == 429 {
      let quota = QuotaJudgement(fault, now: now)
      return calls.error(
        quota.kind, code: fault.code, reason, advice: quota.advice, waitMS: quota.waitMS)
    }
    if let advice = permanentAdvice(fault) {
      return calls.error(.permanent, code: fault.reason ?? fault.code, reason, advice: advice)
    }
    if isLost(fault, effect) { return calls.lost(reason) }
    return calls.error(
      .retry, code: fault.code, reason,
      advice: fault.status == 504
        ? "it is tried again; give a shorter brief if it stays so" : "it is tried again",
      waitMS: fault.waitMS)
  }

  /// What to do about an error that no repetition mends; nil for others.
  private func permanentAdvice(_ fault: GoogleFault) -> String? {
    switch fault.status {
    case 400
    where fault.reason == "API_KEY_INVALID" || fault.message.contains("API key not valid"), 401:
      "correct the key in '\(account.keySetting)'"
    case 400 where fault.code == "FAILED_PRECONDITION":
      "see whether the service is offered in this region and whether billing is on"
    case 403 where fault.message.lowercased().contains("leaked"):
      "make a new key, put it into '\(account.keySetting)' and delete the old one"
    case 403: "see what the key in '\(account.keySetting)' may do, or make a new one"
    case 404: "see whether '\(account.baseURLSetting)' and the names in the request are right"
    case 413: "give less: a shorter brief, fewer pages"
    case 408, 409, 499, 500...599: nil
    case 300...399: "correct '\(account.baseURLSetting)': it leads elsewhere"
    default: "see what the service says, and correct the settings or the input"
    }
  }

  /// Whether the work may have been done all the same.
  private func isLost(_ fault: GoogleFault, _ effect: Effect) -> Bool {
    switch effect {
    case .reading: false
    // An error of the service itself is its word that there is no answer; a machine before it cannot know.
    case .answering: fault.status != 503 && (!fault.isOfService || fault.status == 502)
    case .beginning: fault.status != 503 || fault.message.isEmpty
    }
  }
}

/// Which of its many meanings a 429 has.
struct QuotaJudgement: Sendable {
  var kind: ProviderError.Class
  var advice: String
  var waitMS: Int64?

  init(_ fault: GoogleFault, now: Int64) {
    func names(_ period: String) -> Bool {
      fault.quotaIDs.contains { $0.lowercased().contains(period) }
    }
    let reset = max(PacificTime.nextMidnight(after: now) - now, fault.waitMS ?? 0)
    if fault.hasNoAllowance {
      kind = .permanent
      advice = "the key's plan has no access to this model: turn billing on, or name another model"
    } else if names("perday") || fault.message.lowercased().contains("per day") {
      (kind, waitMS) = (.quota, reset)
      advice = "the day's allowance is used up; it comes back at midnight Pacific time"
    } else if fault.waitMS != nil || names("perminute") {
      (kind, waitMS) = (.slot, fault.waitMS ?? 61_000)
      advice = "it goes on when the service takes more requests"
    } else if fault.hasDetails {
      // Links to help and nothing else: seen to stay so until the daily reset.
      (kind, waitMS) = (.quota, reset)
      advice =
        "an allowance is used up, most likely the day's; it comes back at midnight Pacific time"
    } else {
      // Nobody can tell which allowance: a few tries, so that a daily one is not asked for hours.
      (kind, waitMS) = (.retry, 60_000)
      advice = "it is tried again; see the plan and its limits if it stays so"
    }
  }
}
