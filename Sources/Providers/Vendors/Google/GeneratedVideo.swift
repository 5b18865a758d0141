internal import Foundation
internal import SceneDocument
internal import WebClient

/// What Google's two services of videos have in common: prompts, jobs that are read, files that are fetched.
enum GeneratedVideo {
  /// Where a finished job's video is.
  enum Place: Sendable, Hashable {
    case address(String)
    case inline(base64: String)

    /// Of an object with `uri`, or with the bytes under one of `names`.
    init?(_ video: JSONValue?, bytesIn names: [String]) {
      if let uri = video?.at("uri")?.text, !uri.isEmpty {
        self = .address(uri)
      } else if let data = names.lazy.compactMap({ video?.at($0)?.text }).first, !data.isEmpty {
        self = .inline(base64: data)
      } else {
        return nil
      }
    }
  }

  /// What is asked for, of at most 2000 letters.
  static func prompt(_ request: BackgroundRequest) -> String {
    "\(subject(request)). Calm background footage with a slow camera; nobody speaks; no text, captions, logos or watermarks"
  }

  /// The scene and the film's style. They come from a model or a person and are used as words alone.
  static func subject(_ request: BackgroundRequest) -> String {
    let prompt = AnswerText(request.prompt).cut(to: 1200)
    let words = AnswerText(([request.title] + request.keywords).joined(separator: ", ")).cut(
      to: 200)
    let style = AnswerText(request.style).cut(to: 300)
    return (prompt.isEmpty ? words : prompt) + (style.isEmpty ? "" : ". Style: \(style)")
  }

  static func aspectRatio(_ request: BackgroundRequest) -> String {
    request.width >= request.height ? "16:9" : "9:16"
  }

  /// A job that ended without a video. To ask after it again changes nothing, whatever its code says, so it is never of a
  /// class that is tried again: another job is another decision, and another price.
  static func failure(
    _ calls: VendorCalls, code: String, _ reason: String, isRefused: Bool, mayPass: Bool
  ) -> ProviderError {
    calls.error(
      isRefused ? .moderation : .permanent, code: code, reason,
      advice: !isRefused && mayPass
        ? "start again, which begins another job, or give the scene another background"
        : "change what the scene shows, or give it another background")
  }

  /// Whether a code of gRPC, as jobs carry it, names something that passes.
  static func mayPass(_ code: String) -> Bool {
    let word = code.uppercased().replacing("-", with: "_")
    return ["1", "2", "4", "8", "10", "13", "14", "15"].contains(word)
      || [
        "RESOURCE_EXHAUSTED", "INTERNAL", "UNAVAILABLE", "DEADLINE_EXCEEDED", "ABORTED", "UNKNOWN",
        "CANCELLED",
      ].contains(word)
  }

  /// Words with which the service says that it does not like what it was asked for or has made.
  static func isRefusal(_ text: String) -> Bool {
    let text = text.lowercased()
    return [
      "safety", "blocked", "prohibited", "usage polic", "content polic", "filtered", "moderation",
      "responsible ai", "sensitive", "usage guidelines",
    ].contains { text.contains($0) }
  }
}

extension Polling {
  /// Every ten seconds, after two minutes every twenty, for a quarter of an hour.
  public static let ofVideos = Polling(
    waitsMS: [Int64](repeating: 10_000, count: 12) + [20_000], deadlineMS: 15 * 60_000)
}

extension GoogleService {
  static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

  /// Reads a job. A 403 is believed at the third time. Throws `ProviderError`.
  func read(
    _ path: String, of job: VendorJob, timeout: Duration, rereadWaits: [Int64]
  ) async throws -> JSONValue {
    var waits = rereadWaits.prefix(2).makeIterator()
    while true {
      do {
        return try await send(.get, path, .reading, timeout: timeout, now: Self.now).json
      } catch let error as ProviderError where error.kind == .permanent {
        if ["PERMISSION_DENIED", "403"].contains(error.code.uppercased()), let wait = waits.next() {
          try await Task.sleep(for: .milliseconds(wait))
          continue
        }
        throw calls.error(
          .permanent, code: error.code, "\(error.reason) (job '\(job.id)')",
          advice: "\(error.advice); the job's name is what the service's support asks for")
      }
    }
  }

  /// Writes the video into `folder`, checked. `refreshed` reads the job again for a new address.
  func fetch(
    _ place: GeneratedVideo.Place, to folder: String, timeout: Duration,
    refreshed: () async throws -> GeneratedVideo.Place?
  ) async throws -> (path: String, media: CheckedMedia) {
    switch place {
    case .inline(let base64):
      return try await write(base64: base64, as: .video, to: folder, name: "background")
    case .address(let address):
      guard account.allows(address) else {
        throw calls.error(
          .permanent, code: "bad_address", "the address of the video cannot be fetched: \(address)",
          advice: "see whether '\(account.baseURLSetting)' is the address of the service")
      }
      return try await calls.download(
        address, as: .video, to: folder, name: "background", timeout: timeout,
        headers: headers(for: address)
      ) {
        // The headers are those of the first address, so another one must be of the same kind.
        guard case .address(let next)? = try await refreshed(), account.allows(next),
          account.owns(next) == account.owns(address)
        else { return nil }
        return next
      }
    }
  }

  /// Writes what came within an answer, under a name that says what it is.
  func write(
    base64: String, as kind: CheckedMedia.Kind, to folder: String, name: String
  ) async throws -> (path: String, media: CheckedMedia) {
    func broken(_ reason: String) -> ProviderError {
      calls.error(
        .retry, code: "broken_file",
        "the \(kind.rawValue) of \(calls.name) cannot be used: \(reason)",
        advice: "it is tried again")
    }
    guard let data = Data(base64Encoded: base64, options: .ignoreUnknownCharacters), !data.isEmpty
    else { throw broken("it is no base64") }
    let raw = "\(folder)/\(name).download"
    defer { try? FileManager.default.removeItem(atPath: raw) }
    do {
      try data.write(to: URL(fileURLWithPath: raw))
      let media = try await CheckedMedia.read(raw, as: kind)
      let path = "\(folder)/\(name).\(media.suffix)"
      try? FileManager.default.removeItem(atPath: path)
      try FileManager.default.moveItem(atPath: raw, toPath: path)
      return (path, media)
    } catch let problem as CheckedMedia.Broken {
      throw broken(problem.reason)
    } catch let problem as CocoaError {
      throw calls.error(
        .retry, code: "file", "cannot write into '\(folder)' (\(problem.localizedDescription))",
        advice: "see whether the disk has room")
    }
  }
}
