/// What somebody wants of a film, in the words that people use: on the command line, in a form of the dashboard.
public struct FilmWish: Sendable, Hashable {
  /// A service, one of its voices, or both as `service:voice`.
  public var voice: String?
  /// A character, a service, both as `service:character`, or `none`.
  public var avatar: String?
  /// A kind of background, or `auto` for the script's choice.
  public var background: String?
  public var script: String?
  /// BCP 47.
  public var language: String?
  public var size: FilmSize?
  /// Frames for each second.
  public var rate: Int?
  /// Scenes at most.
  public var scenes: Int?
  public var seconds: Double?
  public var hasCaptions: Bool?
  /// Absolute; nil keeps the film in the asset store.
  public var outputPath: String?

  public init() {}

  public static let rates = 10...60
  public static let sceneCounts = 1...100
  public static let lengths = 3.0...3600.0
}

/// Pixels of a film.
public struct FilmSize: Sendable, Hashable {
  public var width: Int
  public var height: Int

  public static let usual = [
    FilmSize(width: 1920, height: 1080), FilmSize(width: 1280, height: 720),
    FilmSize(width: 1080, height: 1920), FilmSize(width: 1080, height: 1080),
  ]

  static let sides = 128...4096

  public init(width: Int, height: Int) { (self.width, self.height) = (width, height) }

  /// `1920x1080`, also with a sign for times; nil for anything but two even numbers from 128 to 4096.
  public init?(_ text: String) {
    let sides = text.lowercased().split(
      omittingEmptySubsequences: false, whereSeparator: { $0 == "x" || $0 == "×" }
    ).map { side in side.utf8.allSatisfy { (48...57).contains($0) } ? Int(side) : nil }
    guard sides.count == 2, let width = sides[0], let height = sides[1],
      Self.sides.contains(width), Self.sides.contains(height), width % 2 == 0, height % 2 == 0
    else { return nil }
    self.init(width: width, height: height)
  }

  public var text: String { "\(width)x\(height)" }
}

/// What the node's settings say where a wish says nothing.
public struct FilmDefaults: Sendable {
  public var script: String?
  public var speech: String?
  public var avatar: String?
  /// `auto` for the script's choice.
  public var background: String?
  /// Scenes made at a time.
  public var sceneLimit: Int?
  public var ratePauseMS: Int64?

  static let sceneLimits = 1...64
  static let ratePauses: ClosedRange<Int64> = 0...3_600_000

  public init() {}
}

extension FilmWish {
  static let speechServices: Set<String> = ["espeak", "flite", "elevenlabs"]
  static let avatarServices: Set<String> = ["drawn", "d-id", "heygen"]

  /// The settings of a project that is to be so. What is not on the shelf is found by `VideoPipeline.check`.
  public func settings(_ defaults: FilmDefaults, _ shelf: ProviderShelf) -> ProjectSettings {
    var wanted = ProjectSettings()
    if let size { (wanted.width, wanted.height) = (size.width, size.height) }
    wanted.rate = rate ?? wanted.rate
    wanted.maximumScenes = scenes ?? wanted.maximumScenes
    wanted.targetSeconds = seconds
    wanted.hasCaptions = hasCaptions ?? wanted.hasCaptions
    (wanted.language, wanted.outputPath) = (language, outputPath)
    wanted.scriptProvider = script ?? defaults.script ?? wanted.scriptProvider
    if let limit = defaults.sceneLimit {
      let range = FilmDefaults.sceneLimits
      wanted.sceneLimit = min(range.upperBound, max(range.lowerBound, limit))
    }
    if let pause = defaults.ratePauseMS {
      let range = FilmDefaults.ratePauses
      wanted.ratePauseMS = min(range.upperBound, max(range.lowerBound, pause))
    }
    let voices = Named(voice, services: Self.speechServices.union(shelf.speech.keys))
    wanted.speechProvider = voices.service ?? defaults.speech ?? wanted.speechProvider
    wanted.voice = voices.name
    choose(avatar: &wanted, defaults, shelf)
    let behind = background ?? defaults.background ?? "drawn"
    wanted.backgroundProvider = behind == "auto" ? nil : behind
    return wanted
  }

  private func choose(
    avatar wanted: inout ProjectSettings, _ defaults: FilmDefaults, _ shelf: ProviderShelf
  ) {
    wanted.avatarProvider = defaults.avatar ?? wanted.avatarProvider
    if avatar == ProjectSettings.noAvatar {
      wanted.avatarProvider = ProjectSettings.noAvatar
      return
    }
    let named = Named(avatar, services: Self.avatarServices.union(shelf.avatars.keys))
    if let service = named.service { wanted.avatarProvider = service }
    wanted.character = named.name
  }
}

/// `service`, `name` or `service:name`.
struct Named {
  var service: String?
  var name: String?

  init(_ text: String?, services: Set<String>) {
    guard let text, !text.isEmpty else { return }
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(
      String.init)
    if services.contains(parts[0]) {
      service = parts[0]
      name = parts.count > 1 && !parts[1].isEmpty ? parts[1] : nil
    } else {
      name = text
    }
  }
}
