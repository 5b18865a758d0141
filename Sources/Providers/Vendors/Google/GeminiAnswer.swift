internal import SceneDocument
internal import WebClient

/// What `generateContent` answered.
struct GeminiAnswer: Sendable {
  struct Picture: Sendable {
    /// As the service says; the bytes decide.
    var mediaType: String
    var base64: String
  }
  /// All parts of the first candidate together, its thoughts left out.
  var text = ""
  var pictures: [Picture] = []
  /// `STOP`; empty where the service did not say.
  var finish: String
  var finishMessage: String
  /// Why the request was refused before it was answered.
  var blockReason: String?
  var use: TokenUse?
  var id: String?

  init(_ json: JSONValue) {
    let candidate = json.at("candidates")?.items?.first
    for part in candidate?.at("content", "parts")?.items ?? []
    where part.at("thought")?.flag != true {
      if let text = part.at("text")?.text { self.text += text }
      let data = part.at("inlineData") ?? part.at("inline_data")
      if let base64 = data?.at("data")?.text {
        let type = data?.at("mimeType")?.text ?? data?.at("mime_type")?.text
        pictures.append(Picture(mediaType: type ?? "", base64: base64))
      }
    }
    finish = candidate?.at("finishReason")?.text ?? ""
    finishMessage = candidate?.at("finishMessage")?.text ?? ""
    let feedback = json.at("promptFeedback")
    blockReason =
      candidate == nil
      ? feedback?.at("blockReason")?.text : feedback?.at("blockReason")?.text ?? nil
    use = json.at("usageMetadata").map(TokenUse.init)
    id = json.at("responseId")?.text
  }

  private static let refusals: Set<String> = [
    "SAFETY", "PROHIBITED_CONTENT", "BLOCKLIST", "SPII", "RECITATION", "IMAGE_SAFETY",
    "IMAGE_PROHIBITED_CONTENT", "IMAGE_RECITATION",
  ]

  /// Throws where the service refuses the request's content.
  func checkRefusal(_ calls: VendorCalls, advice: String) throws {
    guard let reason = blockReason ?? (Self.refusals.contains(finish) ? finish : nil) else {
      return
    }
    let what = blockReason == nil ? "stopped its answer" : "did not take the request"
    throw calls.error(
      .moderation, code: reason,
      "\(calls.name) \(what) (\(reason))\(finishMessage.isEmpty ? "" : ": \(finishMessage)")",
      advice: advice)
  }
}

extension TokenUse {
  /// Of `usageMetadata`, whose fields are left out where they are 0 and whose total need not be their sum.
  init(_ usage: JSONValue) {
    func count(_ name: String) -> Double? {
      usage.at(name)?.double.map { min(max($0, 0), 1e9) }
    }
    input = (count("promptTokenCount") ?? 0) + (count("toolUsePromptTokenCount") ?? 0)
    let written = [count("candidatesTokenCount"), count("thoughtsTokenCount")].compactMap { $0 }
    output =
      written.isEmpty
      ? max((count("totalTokenCount") ?? 0) - input, 0) : written.reduce(0, +)
  }
}
