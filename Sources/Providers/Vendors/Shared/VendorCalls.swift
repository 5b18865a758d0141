internal import Foundation
internal import WebClient

/// Calls of one outside service: sends them, and says of each failure what the caller does about it.
struct VendorCalls: Sendable {
  /// `elevenlabs`, as errors carry it.
  let provider: String
  /// `ElevenLabs`, for sentences.
  let name: String
  let web: WebClient
  /// All forms in which a key of ours might come back.
  let secrets: [Secret]

  init(provider: String, name: String, web: WebClient, secrets: [Secret]) {
    (self.provider, self.name, self.web) = (provider, name, web)
    self.secrets = secrets.flatMap(\.forms)
  }

  /// What a request whose answer is lost may mean.
  enum Weight: Sendable {
    /// It may have been done and paid for: never repeated blindly.
    case paid
    /// It can be repeated at no cost: reading, and uploading a file that nobody uses yet.
    case free
  }

  /// The reply, whatever its status. Throws `ProviderError`, or `CancellationError`.
  func send(_ request: WebRequest, _ weight: Weight) async throws -> WebReply {
    do {
      return try await web.send(request)
    } catch let failure as WebFailure {
      throw error(for: failure, weight)
    }
  }

  /// What a request that brought no usable reply means.
  func error(for failure: WebFailure, _ weight: Weight) -> ProviderError {
    switch failure.kind {
    case .notSent:
      error(
        .retry, code: "not_reached", failure.message,
        advice: "check the network and the service's base address; it is tried again")
    case .timedOut, .broken, .tooLarge:
      switch weight {
      case .paid: lost(failure.message)
      case .free:
        error(
          failure.kind == .tooLarge ? .permanent : .retry, code: failure.kind.rawValue,
          failure.message,
          advice: failure.kind == .tooLarge
            ? "check the service's base address" : "it is tried again")
      }
    case .badAddress:
      error(
        .permanent, code: "bad_address", failure.message,
        advice: "correct the service's base address in the settings")
    case .file:
      error(
        .retry, code: "file", failure.message,
        advice: "check that the disk has room and the file is still there")
    }
  }

  /// An error whose words hold no key, no control characters, and are of a length that people read.
  func error(
    _ kind: ProviderError.Class, code: String = "", _ reason: String, advice: String,
    waitMS: Int64? = nil
  ) -> ProviderError {
    ProviderError(
      kind, provider: provider, code: plain(code, limit: 80), plain(reason, limit: 400),
      advice: plain(advice, limit: 400), waitMS: waitMS)
  }

  /// The answer of a paid request was lost or cannot be used.
  func lost(_ reason: String) -> ProviderError {
    error(
      .unknownOutcome, code: "lost_answer", reason,
      advice: "\(name) may have done and charged it: it is looked up there, not repeated")
  }

  /// A reply that is not what the service promises. `weight` is that of the request.
  func malformed(_ what: String, _ reply: WebReply, _ weight: Weight) -> ProviderError {
    let said = excerpt(reply.body)
    let text = "\(name) answered \(reply.status) with \(what)" + (said.isEmpty ? "" : ": \(said)")
    if weight == .paid { return lost(text) }
    return error(.retry, code: "malformed_reply", text, advice: "it is tried again")
  }

  /// A text of the service as it may be shown: keys taken out before it is cut, so that no half of one is left.
  func plain(_ text: String, limit: Int) -> String {
    let whole = text.redacted(secrets)
    let shown = String(
      String.UnicodeScalarView(
        whole.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }))
    let words = shown.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    return words.count > limit ? words.prefix(limit - 1) + "…" : words
  }

  /// The beginning of a body, at most 500 bytes.
  func excerpt(_ body: [UInt8]) -> String {
    // Some more than is shown, so that a key that lies across the cut is seen whole.
    let text = plain(String(decoding: body.prefix(8192), as: UTF8.self), limit: 8192)
    return text.utf8.count > 500
      ? String(decoding: text.utf8.prefix(490), as: UTF8.self) + "…" : text
  }

  /// An id of the service from a header, as it may be stored.
  func id(_ text: String?) -> String? {
    text.map { plain($0, limit: 120) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension VendorCalls {
  /// What most services mean by a status that their own words do not explain further.
  func error(
    status: Int, code: String, _ reason: String, _ weight: Weight, waitMS: Int64?
  ) -> ProviderError {
    let code = code.isEmpty ? String(status) : code
    switch status {
    case 401:
      return error(.permanent, code: code, reason, advice: "check the key of \(name)")
    case 402:
      return error(
        .quota, code: code, reason, advice: "buy credits at \(name), or wait for the next period")
    case 403:
      return error(
        .permanent, code: code, reason,
        advice: "the plan at \(name) does not include this: change the option or the plan")
    case 408, 409, 425:
      return error(.retry, code: code, reason, advice: "it is tried again", waitMS: waitMS)
    case 429:
      return error(
        .slot, code: code, reason, advice: "it goes on when \(name) takes more requests",
        waitMS: waitMS)
    case 502, 504:
      // A proxy gave up on the service behind it, which may go on.
      return weight == .paid
        ? lost("\(name) answered \(status): \(reason)")
        : error(.retry, code: code, reason, advice: "it is tried again", waitMS: waitMS)
    case 500...599:
      return error(.retry, code: code, reason, advice: "it is tried again", waitMS: waitMS)
    default:
      return error(
        .permanent, code: code, reason, advice: "correct the request or the settings of \(name)")
    }
  }
}

extension String {
  /// A base address without the slash that people leave at its end.
  var withoutEndingSlash: String {
    var text = self
    while text.hasSuffix("/") { text.removeLast() }
    return text
  }

  /// As a part of a path or a value of a query: all but letters, digits and `-._~` encoded.
  var percentEncoded: String {
    let plain = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: "-._~"))
    return addingPercentEncoding(withAllowedCharacters: plain) ?? ""
  }
}

extension Secret {
  /// The key as it is, and as it looks inside of URLs, JSON and Basic credentials.
  var forms: [Secret] {
    let bytes = Data(value.utf8)
    let encoded = value.percentEncoded
    let escaped = value.replacingOccurrences(of: "/", with: "\\/")
    let base64 = bytes.base64EncodedString()
    // The half behind the colon is the secret one of `user:password`.
    let halves = value.split(separator: ":", maxSplits: 1).map(String.init)
    return Set([value, encoded, escaped, base64] + (halves.count == 2 ? halves : []))
      .compactMap { Secret($0) }
  }
}
