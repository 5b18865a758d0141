internal import SceneDocument
internal import WebClient

/// What a reply with an error status says, in any of the shapes that Google's services and the machines before them give
/// it: an object, an array around it, a code that is a number or a text, HTML, nothing.
struct GoogleFault: Sendable {
  var status: Int
  /// `RESOURCE_EXHAUSTED`; the HTTP status where the body names none.
  var code: String
  /// Without keys, one line; empty where the reply has no body.
  var message: String
  /// `API_KEY_INVALID`.
  var reason: String?
  /// The body is an error of the service itself, not of a machine before it.
  var isOfService: Bool
  var quotaIDs: [String] = []
  /// A limit of 0: no access at all.
  var hasNoAllowance = false
  var hasDetails = false
  /// Milliseconds that the service wants to be left alone.
  var waitMS: Int64?

  init(_ reply: WebReply, _ calls: VendorCalls) {
    status = reply.status
    let json = JSONValue(reading: reply.body)
    let error = json?.at("error") ?? json?.items?.first?.at("error")
    isOfService = error != nil
    code = error?.at("status")?.text ?? error?.at("code")?.text ?? "\(reply.status)"
    let whole = error?.at("message")?.text ?? error?.text
    message = calls.plain(
      Self.withoutForeignKeys(whole ?? Self.readable(reply.body)), limit: 300)
    waitMS = RetryAfter.milliseconds(reply.headers)
    read(details: error?.at("details")?.items ?? [], text: whole ?? "")
  }

  private mutating func read(details: [JSONValue], text: String) {
    hasDetails = !details.isEmpty
    for detail in details {
      let kind = detail.at("@type")?.text ?? ""
      if kind.hasSuffix("ErrorInfo") { reason = reason ?? detail.at("reason")?.text }
      if kind.hasSuffix("RetryInfo") {
        waitMS = Self.wait(detail.at("retryDelay")?.text) ?? waitMS
      }
      for violation in detail.at("violations")?.items ?? [] {
        if let id = violation.at("quotaId")?.text { quotaIDs.append(id) }
        if violation.at("quotaValue")?.double == 0 { hasNoAllowance = true }
      }
    }
    if text.firstMatch(of: #/limit:\s*0(?![0-9.]*[0-9])/#) != nil { hasNoAllowance = true }
    if waitMS == nil, let told = text.firstMatch(of: #/(?i)retry in ([0-9.]+s)/#) {
      waitMS = Self.wait(String(told.output.1))
    }
  }

  /// Milliseconds of a protobuf duration such as `53.016s`, and a second more: asked at once it refuses again.
  static func wait(_ text: String?) -> Int64? {
    guard let text, text.hasSuffix("s"), let seconds = Double(text.dropLast()), seconds >= 0,
      seconds <= Double(RetryAfter.most) / 1000
    else { return nil }
    return Int64((seconds * 1000).rounded(.up)) + 1000
  }

  /// What can be read of a body that is no error of the service: HTML without its tags.
  static func readable(_ body: [UInt8]) -> String {
    String(decoding: body.prefix(8192), as: UTF8.self)
      .replacing(#/(?is)<(script|style|head)\b.*?</\1>/#, with: " ")
      .replacing(#/<[^>]*>/#, with: " ")
  }

  /// Messages have named keys of other forms than the one that was sent.
  static func withoutForeignKeys(_ text: String) -> String {
    String(text.prefix(8192)).replacing(#/AIza[0-9A-Za-z_\-]{10,}/#, with: "•••")
      .replacing(#/(?i)(api[_ \-]?key["']?\s*[:=]\s*["']?)[^\s"',}&]+/#) { "\($0.output.1)•••" }
  }
}
