internal import Foundation
internal import SceneDocument
public import WebClient

/// Lets Google's Gemini Omni make clips, by the Interactions API.
public struct OmniVideoMaker: MediaMaker {
  public struct Configuration: Sendable {
    public var account: GoogleAccount
    public var models: GoogleModels
    /// Dollars for a second of video.
    public var pricePerSecond: Double?
    /// `360p`, `720p`, `1080p`, `4k`.
    public var resolution = "720p"
    /// Seconds that a clip may last.
    public var seconds: ClosedRange<Double> = 3...10
    public var startTimeout: Duration = .seconds(120)
    public var readTimeout: Duration = .seconds(30)
    public var downloadTimeout: Duration = .seconds(600)
    public var polling = Polling.ofVideos
    /// Milliseconds before a job that is done without a video, or may not be read, is read again.
    public var rereadWaits: [Int64] = [5000, 10_000, 20_000, 25_000]

    public init(account: GoogleAccount, models: GoogleModels) {
      (self.account, self.models) = (account, models)
    }
  }

  public let provider = "omni"
  public var polling: Polling { configuration.polling }
  private let configuration: Configuration
  private let service: GoogleService

  public init(_ configuration: Configuration, web: WebClient) {
    self.configuration = configuration
    service = GoogleService(
      configuration.account, provider: provider, name: "Gemini Omni", web: web)
  }

  public func estimate(_ request: BackgroundRequest) -> Cost { cost(seconds(request)) }

  private func cost(_ seconds: Double) -> Cost {
    .of(seconds, "seconds", price: configuration.pricePerSecond)
  }

  /// To a tenth, not shorter than the scene where that is allowed.
  private func seconds(_ request: BackgroundRequest) -> Double {
    let wanted = request.duration.isFinite ? (request.duration * 10).rounded(.up) / 10 : 0
    return min(max(wanted, configuration.seconds.lowerBound), configuration.seconds.upperBound)
  }

  public func start(_ request: BackgroundRequest, _ call: ProviderCall) async throws -> Started {
    try service.expect(.video, request)
    let answer = try await service.first(of: configuration.models) { model in
      try await service.send(
        .post, "/interactions", body: body(request, model, call), .beginning,
        timeout: configuration.startTimeout, now: call.startedAt,
        onFault: GoogleService.ModelGone.check)
    }
    guard let job = job(answer.json) else {
      throw service.calls.malformed("no job's name", answer.reply, .paid)
    }
    _ = try Interaction(answer.json).outcome(service.calls)
    return .job(job)
  }

  private func body(
    _ request: BackgroundRequest, _ model: String, _ call: ProviderCall
  ) -> JSONValue {
    let seconds = seconds(request)
    let text = seconds == seconds.rounded() ? "\(Int(seconds))s" : "\(seconds)s"
    return [
      "model": .string(model), "background": true, "store": true,
      "input": [
        [
          "type": "user_input",
          "content": [["type": "text", "text": .string(GeneratedVideo.prompt(request))]],
        ]
      ],
      "response_format": [
        "type": "video", "aspect_ratio": .string(GeneratedVideo.aspectRatio(request)),
        "resolution": .string(configuration.resolution), "duration": .string(text),
        // Above some megabytes the service refuses to send it within an answer.
        "delivery": "uri",
      ],
      "generation_config": ["video_config": ["task": "text_to_video"]],
      "labels": .object([.init(Self.label, .string(call.id.lowercased()))]),
    ]
  }

  /// Under which jobs carry the call they were begun by.
  private static let label = "reelnode_call"

  private func job(_ json: JSONValue) -> VendorJob? {
    guard let id = json.at("id")?.text,
      id.wholeMatch(of: #/[A-Za-z0-9_\-][A-Za-z0-9._~=\-]{0,299}/#) != nil
    else { return nil }
    return VendorJob(id: id, note: service.calls.id(json.at("model")?.text))
  }

  /// Looks for the call's label among the stored interactions. That they can be listed is promised nowhere, so not to
  /// find it says nothing.
  public func recover(
    _ request: BackgroundRequest, _ call: ProviderCall
  ) async throws -> Recovery<Started> {
    do {
      let answer = try await service.send(
        .get, "/interactions?page_size=100", .reading, timeout: configuration.readTimeout,
        now: call.startedAt)
      let found = (answer.json.at("interactions")?.items ?? []).filter {
        $0.at("labels", Self.label)?.text == call.id.lowercased()
      }
      return found.count == 1 ? job(found[0]).map { .found(.job($0)) } ?? .unknown : .unknown
    } catch let error as ProviderError
      where error.kind == .permanent || error.code == "UNIMPLEMENTED"
    {
      return .unknown
    }
  }

  public func poll(_ job: VendorJob) async throws -> JobStatus {
    for wait in configuration.rereadWaits + [-1] {
      let json = try await service.read(
        try path(job), of: job, timeout: configuration.readTimeout,
        rereadWaits: configuration.rereadWaits)
      switch try Interaction(json).outcome(service.calls) {
      case .running: return .running(progress: nil)
      case .made: return .done
      // The video sometimes comes later than the word that it is done.
      case .nothing where wait >= 0: try await Task.sleep(for: .milliseconds(wait))
      case .nothing: throw Interaction(json).noVideo(service.calls)
      }
    }
    return .running(progress: nil)
  }

  public func fetch(
    _ job: VendorJob, _ request: BackgroundRequest, _ call: ProviderCall
  ) async throws -> Made<MediaFile> {
    let (path, media) = try await service.fetch(
      try await place(job), to: call.folder, timeout: configuration.downloadTimeout
    ) { try await place(job) }
    return Made(
      MediaFile(path: path, mediaType: media.mediaType), cost: cost(media.duration),
      requestID: service.calls.id(job.id))
  }

  private func place(_ job: VendorJob) async throws -> GeneratedVideo.Place {
    let json = try await service.read(
      try path(job), of: job, timeout: configuration.readTimeout,
      rereadWaits: configuration.rereadWaits)
    guard case .made(let place) = try Interaction(json).outcome(service.calls) else {
      throw service.calls.error(
        .retry, code: "no_video",
        "\(service.calls.name) does not give the video of job '\(job.id)'",
        advice: "it is asked again")
    }
    return place
  }

  private func path(_ job: VendorJob) throws -> String {
    guard let known = self.job(["id": .string(job.id)]) else {
      throw service.calls.error(
        .permanent, code: "bad_job", "'\(job.id)' is no name of a job",
        advice: "begin the scene anew")
    }
    return "/interactions/\(known.id)?include_input=false"
  }
}
