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
