internal import SceneDocument
public import WebClient

/// Lets Google's Gemini make pictures for backgrounds, at once.
public struct GeminiImageMaker: MediaMaker {
  public struct Configuration: Sendable {
    public var account: GoogleAccount
    public var models: GoogleModels
    /// Dollars for a picture.
    public var pricePerImage: Double?
    /// Where both are known, what is charged is counted by tokens instead.
    public var prices = TokenPrices()
    /// `512`, `1K`, `2K`, `4K`; nil for the one that covers the film's frame.
    public var imageSize: String?
    public var timeout: Duration = .seconds(300)

    public init(account: GoogleAccount, models: GoogleModels) {
      (self.account, self.models) = (account, models)
    }
  }

  public let provider = "gemini"
  public let polling = Polling.none
  private let configuration: Configuration
  private let service: GoogleService

  public init(_ configuration: Configuration, web: WebClient) {
    self.configuration = configuration
    service = GoogleService(configuration.account, provider: provider, name: "Gemini", web: web)
  }

  public func estimate(_ request: BackgroundRequest) -> Cost {
    // A picture counts about 1,290 tokens.
    cost(images: 1, TokenUse(input: 300, output: 1290))
  }

  private func cost(images: Int, _ use: TokenUse?) -> Cost {
    if let use, configuration.prices.input != nil, configuration.prices.output != nil {
      return use.cost(configuration.prices)
    }
    return .of(Double(images), "images", price: configuration.pricePerImage)
  }

  /// Asks, and once more for the picture alone where words came instead of it.
  public func start(_ request: BackgroundRequest, _ call: ProviderCall) async throws -> Started {
    try service.expect(.image, request)
    var use = TokenUse()
    var images = 0
    var last = ""
    for isSecond in [false, true] {
      let answer = try await ask(request, pictureAlone: isSecond, call)
      use = use + (answer.use ?? TokenUse(input: 300, output: 1290))
      images += answer.pictures.count
      try answer.checkRefusal(
        service.calls, advice: "change what the scene shows, or give it another background")
      if let picture = answer.pictures.first {
        let (path, media) = try await service.write(
          base64: picture.base64, as: .picture, to: call.folder, name: "background")
        return .finished(
          Made(
            MediaFile(path: path, mediaType: media.mediaType, hasAlpha: media.hasAlpha),
            cost: cost(images: images, use), requestID: service.calls.id(answer.id)))
      }
      last = answer.text.isEmpty ? answer.finish : answer.text
    }
    throw service.calls.error(
      .permanent, code: "no_image",
      "\(service.calls.name) was asked twice and made no picture\(last.isEmpty ? "" : ": \(last)")",
      advice:
        "name a model that makes pictures in '\(configuration.models.setting)', or change what the scene shows"
    )
  }

  /// Its answers have no place where they could be found again.
  public func recover(
    _ request: BackgroundRequest, _ call: ProviderCall
  ) async throws -> Recovery<Started> { .unknown }

  private func ask(
    _ request: BackgroundRequest, pictureAlone: Bool, _ call: ProviderCall
  ) async throws -> GeminiAnswer {
    let modalities: JSONValue = pictureAlone ? ["IMAGE"] : ["TEXT", "IMAGE"]
    let body: JSONValue = [
      "contents": [["role": "user", "parts": [["text": .string(prompt(request))]]]],
      "generationConfig": [
        "responseModalities": modalities,
        "imageConfig": [
          "aspectRatio": .string(Self.shape(request)),
          "imageSize": .string(configuration.imageSize ?? Self.size(request)),
        ],
      ],
    ]
    return try await service.first(of: configuration.models) { model in
      let answer = try await service.send(
        .post, "/models/\(model):generateContent", body: body, .answering,
        timeout: configuration.timeout, now: call.startedAt, onFault: GoogleService.ModelGone.check)
      return GeminiAnswer(answer.json)
    }
  }

  private func prompt(_ request: BackgroundRequest) -> String {
    "Draw one picture and answer with nothing else. \(GeneratedVideo.subject(request)). A calm background with room for a speaker; no text, captions, logos or watermarks."
  }

  /// The shape that is nearest to the frame's.
  private static func shape(_ request: BackgroundRequest) -> String {
    let wanted = Double(max(request.width, 1)) / Double(max(request.height, 1))
    let shapes = [
      (1, 1), (2, 3), (3, 2), (3, 4), (4, 3), (4, 5), (5, 4), (9, 16), (16, 9), (21, 9),
    ]
    func distance(_ shape: (Int, Int)) -> Double {
      let ratio = wanted * Double(shape.1) / Double(shape.0)
      return max(ratio, 1 / ratio)
    }
    let nearest = shapes.min { distance($0) < distance($1) } ?? (16, 9)
    return "\(nearest.0):\(nearest.1)"
  }

  private static func size(_ request: BackgroundRequest) -> String {
    max(request.width, request.height) > 1408 ? "2K" : "1K"
  }
}
