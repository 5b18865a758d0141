internal import Foundation
internal import SceneDocument

/// The brief as it is sent: as text, within the request, or uploaded before it.
extension GeminiScriptWriter {
  func text(of prompt: ScriptPrompt) throws -> String {
    let text = prompt.brief
    if text.count > configuration.textLimit {
      throw service.calls.error(
        .permanent, code: "too_large", "the brief has \(text.count) characters",
        advice: "give one of at most \(configuration.textLimit)")
    }
    return text
  }

  /// The PDF, which is still the one that was verified.
  func pdf(of request: ScriptRequest) throws -> Data {
    let attributes = try? FileManager.default.attributesOfItem(atPath: request.path)
    let size = attributes?[.size] as? Int64 ?? 0
    if size > configuration.sizeLimit {
      throw service.calls.error(
        .permanent, code: "too_large", "the brief has \(size) bytes",
        advice: "give a PDF of at most \(configuration.sizeLimit) bytes")
    }
    // Not mapped into memory: a file that is cut off meanwhile would end the process.
    guard attributes?[.type] as? FileAttributeType == .typeRegular,
      let bytes = try? Data(contentsOf: URL(fileURLWithPath: request.path))
    else {
      throw service.calls.error(
        .permanent, code: "file", "cannot read the brief '\(request.path)'",
        advice: "see whether the file is still there")
    }
    if sha256(of: Array(bytes)) != request.sha256.lowercased() {
      throw service.calls.error(
        .permanent, code: "changed", "the brief '\(request.path)' is not the file that was read",
        advice: "leave it as it is while the film is made, or start anew")
    }
    return bytes
  }

  func writeUploaded(_ prompt: ScriptPrompt, _ call: ProviderCall) async throws -> Made<Script> {
    for _ in 0..<2 {
      // A request that names a lost file is not answered, so nothing was paid for.
      do { return try await writeUploadedOnce(prompt, call) } catch is FileGone {}
    }
    throw service.calls.error(
      .retry, code: "file_gone", "\(service.calls.name) lost the uploaded brief twice",
      advice: "it is tried again")
  }

  private func writeUploadedOnce(
    _ prompt: ScriptPrompt, _ call: ProviderCall
  ) async throws -> Made<Script> {
    let request = prompt.request
    let file = try await files.upload(
      request.path, mediaType: "application/pdf",
      displayName: "brief-\(request.sha256.prefix(8)).pdf", now: call.startedAt)
    let part: JSONValue = [
      "fileData": ["mimeType": .string(file.mediaType), "fileUri": .string(file.uri)]
    ]
    let outcome: Result<Made<Script>, any Error>
    do {
      outcome = .success(try await write(prompt, brief: part, call))
    } catch {
      outcome = .failure(error)
    }
    await files.delete(file, now: call.startedAt)
    return try outcome.get()
  }
}
