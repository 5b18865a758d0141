public import Workflows

/// What the functions of a film tell each other. `generation` tells a project's runs from those of an earlier beginning.
public protocol ProjectEvent: WorkflowEvent {
  var project: String { get }
  var generation: Int { get }
}

/// A film is wanted of a file of this machine. The further properties of the event are those of `ProjectSettings`.
public struct FilmRequested: WorkflowEvent {
  public static let name = "film/make.requested"
  /// Absolute path.
  public var brief: String
  /// Absolute path of the film; nil keeps it in the asset store.
  public var output: String?
  public var budgetDollars: Double?
  public var settings: ProjectSettings

  public init(from decoder: any Decoder) throws {
    let all = try decoder.container(keyedBy: AnyKey.self)
    try Self.refuseUnknown(all)
    try Self.checkNumbers(all)
    let values = try decoder.container(keyedBy: CodingKeys.self)
    brief = try values.decode(String.self, forKey: .brief)
    output = try values.decodeIfPresent(String.self, forKey: .output)
    budgetDollars = try values.decodeIfPresent(Double.self, forKey: .budgetDollars)
    settings = try ProjectSettings(from: decoder)
    settings.outputPath = output
    try check()
  }

  public func encode(to encoder: any Encoder) throws {
    try settings.encode(to: encoder)
    var values = encoder.container(keyedBy: CodingKeys.self)
    try values.encode(brief, forKey: .brief)
    try values.encodeIfPresent(output, forKey: .output)
    try values.encodeIfPresent(budgetDollars, forKey: .budgetDollars)
  }

  enum CodingKeys: String, CodingKey, CaseIterable { case brief, output, budgetDollars }

  /// A property that is misspelt would give another film than was asked for.
  private static func refuseUnknown(_ values: KeyedDecodingContainer<AnyKey>) throws {
    let ours = CodingKeys.allCases.map(\.rawValue)
    let known = Set(ours + ProjectSettings.CodingKeys.allCases.map(\.rawValue))
    let keys = values.allKeys.sorted { $0.stringValue < $1.stringValue }
    guard let key = keys.first(where: { !known.contains($0.stringValue) }) else { return }
    throw DecodingError.dataCorrupted(
      .init(
        codingPath: [key],
        debugDescription:
          "it is not known; known are \(known.sorted().joined(separator: ", "))"))
  }

  /// Numbers of which there is a film; forms and the command line allow no others either, but for sizes that are only
  /// good for trying out.
  private static let numbers: [(key: any CodingKey, range: ClosedRange<Double>, isWhole: Bool)] = [
    (ProjectSettings.CodingKeys.maximumScenes, range(FilmWish.sceneCounts), true),
    (ProjectSettings.CodingKeys.targetSeconds, FilmWish.lengths, false),
    (ProjectSettings.CodingKeys.rate, range(FilmWish.rates), true),
    (ProjectSettings.CodingKeys.width, 16...Double(FilmSize.sides.upperBound), true),
    (ProjectSettings.CodingKeys.height, 16...Double(FilmSize.sides.upperBound), true),
    (ProjectSettings.CodingKeys.sceneLimit, range(FilmDefaults.sceneLimits), true),
    (ProjectSettings.CodingKeys.ratePauseMS, range(FilmDefaults.ratePauses), true),
    (CodingKeys.budgetDollars, 0...1_000_000, false),
  ]

  private static func range(_ range: ClosedRange<some BinaryInteger>) -> ClosedRange<Double> {
    Double(range.lowerBound)...Double(range.upperBound)
  }

  /// Before they are read as what they are: one that is too large for that would be told to be no JSON.
  private static func checkNumbers(_ values: KeyedDecodingContainer<AnyKey>) throws {
    for (key, range, isWhole) in numbers {
      // What is no number at all is told when it is read.
      let place = AnyKey(stringValue: key.stringValue)
      guard let number = try? values.decodeIfPresent(Double.self, forKey: place) else { continue }
      guard range.contains(number), !isWhole || number == number.rounded() else {
        let (least, most) = (text(range.lowerBound), text(range.upperBound))
        throw wrong(
          key,
          "it is \(text(number)), and must be a \(isWhole ? "whole " : "")number from \(least) to \(most)"
        )
      }
    }
  }

  private static func text(_ number: Double) -> String {
    Int64(exactly: number).map { String($0) } ?? "\(number)"
  }

  private func check() throws {
    for (side, key) in [
      (settings.width, ProjectSettings.CodingKeys.width), (settings.height, .height),
    ] where side % 2 != 0 {
      throw Self.wrong(key, "it is \(side), and must be even")
    }
    for (path, key) in [(brief, CodingKeys.brief), (output, .output)]
    where path?.utf8.contains(0) == true {
      throw Self.wrong(key, "it has a character that no path has")
    }
  }

  private static func wrong(_ key: any CodingKey, _ what: String) -> DecodingError {
    .dataCorrupted(.init(codingPath: [key], debugDescription: what))
  }

  private struct AnyKey: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }
    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

/// A brief is there.
public struct DocumentUploaded: ProjectEvent, Hashable {
  public static let name = "document/uploaded"
  public var project: String
  public var generation: Int

  public init(project: String, generation: Int) {
    (self.project, self.generation) = (project, generation)
  }
}

/// The brief has been read.
struct ScriptRequested: ProjectEvent {
  static let name = "script/generate.requested"
  var project: String
  var generation: Int
}

/// Asks for work on one scene; `Work` says which.
struct SceneWorkRequested<Work: SceneWork>: ProjectEvent {
  static var name: String { Work.event }
  var project: String
  var generation: Int
  /// The stored scene's id.
  var scene: String
}

protocol SceneWork: Sendable {
  /// The stored name of the event that asks for it.
  static var event: String { get }
}

/// All of a scene, up to its files.
enum WholeScene: SceneWork { static let event = "scene/process.requested" }
typealias SceneRequested = SceneWorkRequested<WholeScene>

enum SceneSpeech: SceneWork { static let event = "speech/generate.requested" }
typealias SpeechRequested = SceneWorkRequested<SceneSpeech>

enum SceneAvatar: SceneWork { static let event = "avatar/generate.requested" }
typealias AvatarRequested = SceneWorkRequested<SceneAvatar>

enum SceneBackground: SceneWork { static let event = "background/generate.requested" }
typealias BackgroundRequested = SceneWorkRequested<SceneBackground>

enum SceneCaptions: SceneWork { static let event = "captions/build.requested" }
typealias CaptionsRequested = SceneWorkRequested<SceneCaptions>

/// A scene's files are all there.
enum SceneRender: SceneWork { static let event = "video/render.requested" }
typealias RenderRequested = SceneWorkRequested<SceneRender>

/// A vendor makes the avatar; it is asked after.
struct AvatarPollingStarted: ProjectEvent {
  static let name = "avatar/polling.start"
  var project: String
  var generation: Int
  var scene: String
  /// The attempt, which has the vendor's job.
  var attempt: String
}

/// A vendor makes the background's clip.
struct VideoPollingStarted: ProjectEvent {
  static let name = "veo/polling.start"
  var project: String
  var generation: Int
  var scene: String
  var attempt: String
}

/// Speech's followers, avatar and background, tell how they ended.
struct ScenePartEnded: ProjectEvent {
  static let name = "scene/part.ended"
  var project: String
  var generation: Int
  var scene: String
  /// `avatar` or `background`.
  var part: String
  /// Why it failed; nil where it is there.
  var failure: String?
}

struct PosterRequested: ProjectEvent {
  static let name = "poster/make.requested"
  var project: String
  var generation: Int
}

/// Somebody has seen to what a paused project waits for.
public struct ProjectContinued: WorkflowEvent {
  public static let name = "project/continue.requested"
  public var project: String
  /// When it was said, UTC milliseconds.
  public var atMS: Int64

  public init(project: String, atMS: Int64) { (self.project, self.atMS) = (project, atMS) }
}

/// The end of a project, for those who wait for films.
public struct ProjectEnded: WorkflowEvent {
  public static let name = "project/ended"
  public var project: String
  /// `done` or `failed`.
  public var state: String
  public var path: String?
  public var message: String?
}

/// Retention, and files that nobody needs.
public struct CleanupRequested: WorkflowEvent {
  public static let name = "project/cleanup.requested"
  /// Nil for all projects that are old enough; a named one goes whatever its age.
  public var project: String?

  public init(project: String? = nil) { self.project = project }
}
