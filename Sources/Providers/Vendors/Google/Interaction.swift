internal import SceneDocument

/// A job of the Interactions API as it was read.
struct Interaction: Sendable {
  enum Outcome: Sendable {
    case running, nothing
    case made(GeneratedVideo.Place)
  }

  private let json: JSONValue

  init(_ json: JSONValue) { self.json = json }

  private var status: String { json.at("status")?.text ?? "" }

  /// How it is. Throws the reason of a job that has failed.
  func outcome(_ calls: VendorCalls) throws -> Outcome {
    switch status {
    case "completed": video.map(Outcome.made) ?? .nothing
    case "failed", "cancelled", "incomplete", "budget_exceeded", "requires_action",
      "requires_continuation":
      throw failure(calls)
    // `queued`, `in_progress`, and words that are new.
    default: .running
    }
  }

  /// The last one that was made.
  private var video: GeneratedVideo.Place? {
    for step in (json.at("steps")?.items ?? []).reversed()
    where step.at("type")?.text == "model_output" {
      for block in (step.at("content")?.items ?? []).reversed()
      where block.at("type")?.text == "video" {
        if let place = GeneratedVideo.Place(block, bytesIn: ["data"]) { return place }
      }
    }
    return GeneratedVideo.Place(json.at("output_video"), bytesIn: ["data"])
  }

  private struct Reason {
    var code: String
    var text: String
  }

  private var reasons: [Reason] {
    let steps = (json.at("steps")?.items ?? []).compactMap { $0.at("error") }
    return ((json.at("errors")?.items ?? []) + steps + [json.at("error")].compactMap { $0 }).map {
      // Codes are numbers of gRPC or addresses whose last part is the word.
      let code = $0.at("code")?.text ?? ""
      return Reason(
        code: code.split(separator: "/").last.map(String.init) ?? "",
        text: $0.at("message")?.text ?? "")
    }
  }

  private func failure(_ calls: VendorCalls) -> ProviderError {
    let reasons = reasons
    let code = reasons.first { !$0.code.isEmpty }?.code ?? status
    let text = reasons.map(\.text).filter { !$0.isEmpty }.joined(separator: "; ")
    let isRefused = reasons.contains {
      GeneratedVideo.isRefusal($0.text) || GeneratedVideo.isRefusal($0.code)
    }
    let reason =
      "the job of \(calls.name) ended as '\(status)'\(text.isEmpty ? "" : ": \(text)")"
    if status == "budget_exceeded" {
      return calls.error(
        .permanent, code: code, reason,
        advice: "raise the budget at the service, or wait for the next period; then start again")
    }
    return GeneratedVideo.failure(
      calls, code: code, reason, isRefused: isRefused,
      mayPass: status == "failed" && GeneratedVideo.mayPass(code))
  }

  /// A job that is done and has no video: filtered, or a fault of the service.
  func noVideo(_ calls: VendorCalls) -> ProviderError {
    let text = reasons.map(\.text).joined(separator: "; ")
    return calls.error(
      GeneratedVideo.isRefusal(text) ? .moderation : .permanent, code: "no_video",
      "\(calls.name) is done and made no video\(text.isEmpty ? "" : ": \(text)")",
      advice:
        "most likely it was filtered: change what the scene shows, or give it another background")
  }
}

extension GoogleService {
  /// Throws for a request of something else.
  func expect(_ kind: BackgroundKind, _ request: BackgroundRequest) throws {
    if request.kind == kind { return }
    throw calls.error(
      .permanent, code: "bad_kind",
      "\(calls.name) makes '\(kind.rawValue)', not '\(request.kind.rawValue)'",
      advice: "name another provider for this kind of background")
  }
}
