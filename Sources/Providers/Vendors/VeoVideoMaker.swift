internal import Foundation
internal import SceneDocument
internal import Synchronization
public import WebClient

/// Lets Google's Veo make clips, as a long-running operation. The service itself has ended it on this interface; gateways
/// still speak it.
public final class VeoVideoMaker: MediaMaker {
  public struct Configuration: Sendable {
    public var account: GoogleAccount
    public var models: GoogleModels
    /// Dollars for a second of video.
    public var pricePerSecond: Double?
    /// `720p`, `1080p`, `4k`.
    public var resolution = "720p"
    public var negativePrompt = "text, captions, logos, watermarks"
    public var startTimeout: Duration = .seconds(120)
    public var readTimeout: Duration = .seconds(30)
    public var downloadTimeout: Duration = .seconds(600)
    public var polling = Polling.ofVideos
    /// Milliseconds before a job that may not be read is read again.
    public var rereadWaits: [Int64] = [5000, 10_000]

    public init(account: GoogleAccount, models: GoogleModels) {
      (self.account, self.models) = (account, models)
    }
  }

  public let provider = "veo"
  public var polling: Polling { configuration.polling }
  private let configuration: Configuration
  private let service: GoogleService
  /// Jobs whose names did arrive: none of them is the one that was lost.
  private let known = Mutex<Set<String>>([])

  public init(_ configuration: Configuration, web: WebClient) {
    self.configuration = configuration
    service = GoogleService(configuration.account, provider: provider, name: "Veo", web: web)
  }

  public func estimate(_ request: BackgroundRequest) -> Cost { cost(Double(seconds(request))) }

  private func cost(_ seconds: Double) -> Cost {
    .of(seconds, "seconds", price: configuration.pricePerSecond)
  }

  /// The shortest that covers the scene; larger pictures come in one length alone.
  private func seconds(_ request: BackgroundRequest) -> Int {
    if configuration.resolution != "720p" { return 8 }
    return [4, 6].first { Double($0) >= request.duration } ?? 8
  }

  public func start(_ request: BackgroundRequest, _ call: ProviderCall) async throws -> Started {
    try service.expect(.video, request)
    let answer = try await service.first(of: configuration.models) { model in
      try await service.send(
        .post, "/models/\(model):predictLongRunning", body: body(request), .beginning,
        timeout: configuration.startTimeout, now: call.startedAt,
        onFault: GoogleService.ModelGone.check)
    }
    guard let job = job(answer.json.at("name")?.text) else {
      throw service.calls.malformed("no operation's name", answer.reply, .paid)
    }
    _ = known.withLock { $0.insert(job.id) }
    return .job(job)
  }

  private func body(_ request: BackgroundRequest) -> JSONValue {
    var parameters: [JSONValue.Member] = [
      .init("aspectRatio", .string(GeneratedVideo.aspectRatio(request))),
      .init("resolution", .string(configuration.resolution)),
      .init("durationSeconds", .integer(seconds(request))), .init("sampleCount", 1),
    ]
    if !configuration.negativePrompt.isEmpty {
      parameters.append(.init("negativePrompt", .string(configuration.negativePrompt)))
    }
    return [
      "instances": [["prompt": .string(GeneratedVideo.prompt(request))]],
      "parameters": .object(parameters),
    ]
  }

  /// A name that may stand in a path.
  private func job(_ name: String?) -> VendorJob? {
    guard let name,
      name.wholeMatch(
        of:
          #/(models/[A-Za-z0-9][A-Za-z0-9._\-]{0,99}/)?operations/[A-Za-z0-9_\-][A-Za-z0-9._\-]{0,199}/#
      )
        != nil
    else { return nil }
    return VendorJob(id: name)
  }

  /// Looks for the one operation of the model that was begun while the call lasted and whose name never arrived here.
  /// Operations carry no label, so of two nobody can tell, nor of one without a time.
  public func recover(
    _ request: BackgroundRequest, _ call: ProviderCall
  ) async throws -> Recovery<Started> {
    var found: [VendorJob] = []
    for model in [configuration.models.name] + configuration.models.fallbacks {
      do {
        found += try await operations(of: model, during: call)
      } catch let error as ProviderError where error.kind == .permanent {
        continue
      }
    }
    guard found.count == 1 else { return .unknown }
    _ = known.withLock { $0.insert(found[0].id) }
    return .found(.job(found[0]))
  }

  private func operations(of model: String, during call: ProviderCall) async throws -> [VendorJob] {
    let name = try service.checked(model, configuration.models.setting)
    let answer = try await service.send(
      .get, "/models/\(name)/operations?pageSize=100", .reading,
      timeout: configuration.readTimeout, now: call.startedAt)
    let latest = call.startedAt + Int64(configuration.startTimeout / .milliseconds(1)) + 10_000
    let taken = known.withLock { $0 }
    return (answer.json.at("operations")?.items ?? []).compactMap { operation in
      guard let job = job(operation.at("name")?.text), !taken.contains(job.id),
        let time = VendorTime.milliseconds(operation.at("metadata", "createTime")),
        time >= call.startedAt - 10_000, time <= latest
      else { return nil }
      return job
    }
  }

  public func poll(_ job: VendorJob) async throws -> JobStatus {
    let json = try await service.read(
      try path(job), of: job, timeout: configuration.readTimeout,
      rereadWaits: configuration.rereadWaits)
    return try place(json) == nil ? .running(progress: nil) : .done
  }

  public func fetch(
    _ job: VendorJob, _ request: BackgroundRequest, _ call: ProviderCall
  ) async throws -> Made<MediaFile> {
    let (path, media) = try await service.fetch(
      try await place(of: job), to: call.folder, timeout: configuration.downloadTimeout
    ) { try await place(of: job) }
    return Made(
      MediaFile(path: path, mediaType: media.mediaType), cost: cost(media.duration),
      requestID: service.calls.id(job.id))
  }

  private func place(of job: VendorJob) async throws -> GeneratedVideo.Place {
    let json = try await service.read(
      try path(job), of: job, timeout: configuration.readTimeout,
      rereadWaits: configuration.rereadWaits)
    if let place = try place(json) { return place }
    throw service.calls.error(
      .retry, code: "not_ready", "\(service.calls.name) is not done with job '\(job.id)'",
      advice: "it is asked again")
  }

  private func path(_ job: VendorJob) throws -> String {
    guard let known = self.job(job.id) else {
      throw service.calls.error(
        .permanent, code: "bad_job", "'\(job.id)' is no name of a job",
        advice: "begin the scene anew")
    }
    return "/\(known.id)"
  }

  /// Where the video is; nil while it is made. Of the four ways to end three are failures, and `done` is said of all.
  private func place(_ json: JSONValue) throws -> GeneratedVideo.Place? {
    guard json.at("done")?.flag == true else { return nil }
    if let error = json.at("error") { throw failure(error) }
    let response = json.at("response", "generateVideoResponse")
    for sample in response?.at("generatedSamples")?.items ?? [] {
      let names = ["encodedVideo", "bytesBase64Encoded"]
      if let place = GeneratedVideo.Place(sample.at("video"), bytesIn: names) { return place }
    }
    let reasons = (response?.at("raiMediaFilteredReasons")?.items ?? []).compactMap(\.text)
    if !reasons.isEmpty || response?.at("raiMediaFilteredCount")?.double ?? 0 > 0 {
      throw service.calls.error(
        .moderation, code: "rai_filtered",
        "\(service.calls.name) filtered the video\(reasons.isEmpty ? "" : ": " + reasons.joined(separator: "; "))",
        advice: "change what the scene shows, or give it another background")
    }
    throw service.calls.error(
      .permanent, code: "no_video", "\(service.calls.name) is done and made no video",
      advice: "change what the scene shows, or give it another background")
  }

  private func failure(_ error: JSONValue) -> ProviderError {
    let text = error.at("message")?.text ?? "no reason given"
    let code = error.at("code")?.text ?? ""
    return GeneratedVideo.failure(
      service.calls, code: code, "the job of \(service.calls.name) failed: \(text)",
      isRefused: GeneratedVideo.isRefusal(text), mayPass: GeneratedVideo.mayPass(code))
  }
}
