/// What a film is to be like, as it was asked for.
public struct ProjectSettings: Sendable, Codable, Hashable {
  /// Providers by their names; see `ProviderShelf`.
  public var scriptProvider = "rule"
  public var speechProvider = "espeak"
  /// `none` for films without a speaker.
  public var avatarProvider = "drawn"
  /// Nil lets the script choose for each scene, among what is there.
  public var backgroundProvider: String? = "drawn"
  /// The providers' own names; nil for their usual ones.
  public var voice: String?
  public var character: String?
  /// SHA-256 of a portrait in the asset store.
  public var portrait: String?
  /// BCP 47; nil for the brief's own.
  public var language: String?
  public var maximumScenes = 12
  public var targetSeconds: Double?
  /// Pixels of the film.
  public var width = 1920
  public var height = 1080
  /// Frames for each second.
  public var rate = 30
  public var hasCaptions = true
  /// Encoder's effort in the scene document's words.
  public var effort = "veryfast"
  /// Scenes made at a time.
  public var sceneLimit = 2
  /// Between the end of a scene's requests and the beginning of the next one's.
  public var ratePauseMS: Int64 = 0
  /// Where the film goes; absolute. Nil keeps it in the asset store.
  public var outputPath: String?

  public static let noAvatar = "none"

  public init() {}
}

extension ProjectSettings {
  /// What is left out is as usual.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ key: CodingKeys, _ usual: Value) throws -> Value {
      try values.decodeIfPresent(Value.self, forKey: key) ?? usual
    }
    self.init()
    scriptProvider = try read(.scriptProvider, scriptProvider)
    speechProvider = try read(.speechProvider, speechProvider)
    avatarProvider = try read(.avatarProvider, avatarProvider)
    if values.contains(.backgroundProvider) {
      backgroundProvider = try values.decode(String?.self, forKey: .backgroundProvider)
    }
    voice = try values.decodeIfPresent(String.self, forKey: .voice)
    character = try values.decodeIfPresent(String.self, forKey: .character)
    portrait = try values.decodeIfPresent(String.self, forKey: .portrait)
    language = try values.decodeIfPresent(String.self, forKey: .language)
    maximumScenes = try read(.maximumScenes, maximumScenes)
    targetSeconds = try values.decodeIfPresent(Double.self, forKey: .targetSeconds)
    (width, height) = (try read(.width, width), try read(.height, height))
    (rate, hasCaptions) = (try read(.rate, rate), try read(.hasCaptions, hasCaptions))
    (effort, sceneLimit) = (try read(.effort, effort), try read(.sceneLimit, sceneLimit))
    ratePauseMS = try read(.ratePauseMS, ratePauseMS)
    outputPath = try values.decodeIfPresent(String.self, forKey: .outputPath)
  }

  /// Nil becomes null, which is another wish than leaving it out.
  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(scriptProvider, forKey: .scriptProvider)
    try values.encode(speechProvider, forKey: .speechProvider)
    try values.encode(avatarProvider, forKey: .avatarProvider)
    try values.encode(backgroundProvider, forKey: .backgroundProvider)
    try values.encodeIfPresent(voice, forKey: .voice)
    try values.encodeIfPresent(character, forKey: .character)
    try values.encodeIfPresent(portrait, forKey: .portrait)
    try values.encodeIfPresent(language, forKey: .language)
    try values.encode(maximumScenes, forKey: .maximumScenes)
    try values.encodeIfPresent(targetSeconds, forKey: .targetSeconds)
    try values.encode(width, forKey: .width)
    try values.encode(height, forKey: .height)
    try values.encode(rate, forKey: .rate)
    try values.encode(hasCaptions, forKey: .hasCaptions)
    try values.encode(effort, forKey: .effort)
    try values.encode(sceneLimit, forKey: .sceneLimit)
    try values.encode(ratePauseMS, forKey: .ratePauseMS)
    try values.encodeIfPresent(outputPath, forKey: .outputPath)
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case scriptProvider, speechProvider, avatarProvider, backgroundProvider, voice, character
    case portrait, language, maximumScenes, targetSeconds, width, height, rate, hasCaptions
    case effort, sceneLimit, ratePauseMS, outputPath
  }
}
