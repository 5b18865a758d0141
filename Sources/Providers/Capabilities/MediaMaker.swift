/// Makes a picture or a clip, at once or as a job that is asked after: avatars, images, videos.
public protocol MediaMaker<Request>: Sendable {
  associatedtype Request: Sendable, Codable, Hashable

  /// `drawn`, `d-id`, `veo`.
  var provider: String { get }

  /// How often and how long a job is asked after.
  var polling: Polling { get }

  func estimate(_ request: Request) -> Cost

  /// Throws `ProviderError` for a request of which is known without asking anybody that it cannot be done.
  func check(_ request: Request) throws(ProviderError)

  /// Begins, or does it all. Throws `ProviderError`.
  func start(_ request: Request, _ call: ProviderCall) async throws -> Started

  /// What became of an earlier call with this request, whose answer was lost.
  func recover(_ request: Request, _ call: ProviderCall) async throws -> Recovery<Started>

  /// How a job is. A job that failed throws `ProviderError`; one that is not ready does not.
  func poll(_ job: VendorJob) async throws -> JobStatus

  /// Downloads what a finished job made into the call's folder, checked. Asks the service for a fresh address where the
  /// last one has expired.
  func fetch(_ job: VendorJob, _ request: Request, _ call: ProviderCall) async throws -> Made<
    MediaFile
  >
}

public enum Started: Sendable, Hashable {
  case finished(Made<MediaFile>)
  case job(VendorJob)
}

/// A job at a service.
public struct VendorJob: Sendable, Codable, Hashable {
  /// The service's name of it.
  public var id: String
  /// What else is needed to ask after it: an operation's path, which kind of job it is.
  public var note: String?

  public init(id: String, note: String? = nil) { (self.id, self.note) = (id, note) }
}

public enum JobStatus: Sendable, Hashable {
  /// 0 … 1 where the service says.
  case running(progress: Double?)
  case done
}

public struct MediaFile: Sendable, Codable, Hashable {
  public var path: String
  /// `video/mp4`, `image/png`: what the bytes are, not what the service said.
  public var mediaType: String
  /// The picture has transparency.
  public var hasAlpha: Bool

  public init(path: String, mediaType: String, hasAlpha: Bool = false) {
    (self.path, self.mediaType, self.hasAlpha) = (path, mediaType, hasAlpha)
  }
}

public struct Polling: Sendable, Hashable {
  /// Milliseconds before each question; the last one goes on.
  public var waitsMS: [Int64]
  /// Milliseconds from the start until it is given up.
  public var deadlineMS: Int64

  public init(waitsMS: [Int64], deadlineMS: Int64) {
    (self.waitsMS, self.deadlineMS) = (waitsMS, deadlineMS)
  }

  public func wait(before question: Int) -> Int64 {
    waitsMS.indices.contains(question) ? waitsMS[question] : waitsMS.last ?? 10_000
  }

  /// For what is always made at once.
  public static let none = Polling(waitsMS: [], deadlineMS: 0)
}

extension MediaMaker {
  public func check(_ request: Request) throws(ProviderError) {}

  /// Only makers that give jobs are asked after them.
  public func poll(_ job: VendorJob) async throws -> JobStatus { throw noJobs }

  public func fetch(_ job: VendorJob, _ request: Request, _ call: ProviderCall) async throws
    -> Made<MediaFile>
  { throw noJobs }

  private var noJobs: ProviderError {
    ProviderError(
      .permanent, provider: provider, "it has no jobs that could be asked after",
      advice: "name the provider that the scene was begun with")
  }
}

/// A speaker who says what is heard in a sound.
public struct AvatarRequest: Sendable, Codable, Hashable {
  /// The speech.
  public var audioPath: String
  public var audioSHA256: String
  /// Seconds.
  public var duration: Double
  public var phonemes: [Speech.Phoneme]
  public var words: [Speech.Word]
  /// The provider's name of a character or presenter; nil for its usual one.
  public var character: String?
  /// A picture of the speaker, PNG or JPEG, where the user gave one.
  public var portraitPath: String?
  public var portraitSHA256: String?
  /// Pixels of the picture wanted; a service may give another size.
  public var width: Int
  public var height: Int
  /// Frames for each second.
  public var rate: Int
  public var language: String

  public init(
    audioPath: String, audioSHA256: String, duration: Double, phonemes: [Speech.Phoneme] = [],
    words: [Speech.Word] = [], character: String? = nil, portraitPath: String? = nil,
    portraitSHA256: String? = nil, width: Int, height: Int, rate: Int, language: String
  ) {
    (self.audioPath, self.audioSHA256, self.duration) = (audioPath, audioSHA256, duration)
    (self.phonemes, self.words, self.character) = (phonemes, words, character)
    (self.portraitPath, self.portraitSHA256) = (portraitPath, portraitSHA256)
    (self.width, self.height, self.rate, self.language) = (width, height, rate, language)
  }
}

/// What is seen behind the speaker.
public struct BackgroundRequest: Sendable, Codable, Hashable {
  public var kind: BackgroundKind
  /// The scene's title.
  public var title: String
  /// What it shows, for those who generate.
  public var prompt: String
  public var keywords: [String]
  public var width: Int
  public var height: Int
  public var rate: Int
  /// Seconds of the scene; a clip may be shorter and is looped.
  public var duration: Double
  /// Position of the scene in the film, from 0, and of how many.
  public var position: Int
  public var count: Int
  /// Of the whole film, so that its scenes look alike.
  public var style: String
  public var language: String
  /// Requests of the scenes before it that the same provider is asked for, in their order. A help for those who choose
  /// among what is there, no part of what is asked for: it is in no record and no hash of a request.
  public var earlier: [BackgroundRequest] = []

  private enum CodingKeys: String, CodingKey {
    case kind, title, prompt, keywords, width, height, rate, duration, position, count, style
    case language
  }

  public init(
    kind: BackgroundKind, title: String, prompt: String, keywords: [String], width: Int,
    height: Int, rate: Int, duration: Double, position: Int, count: Int, style: String,
    language: String
  ) {
    (self.kind, self.title, self.prompt, self.keywords) = (kind, title, prompt, keywords)
    (self.width, self.height, self.rate, self.duration) = (width, height, rate, duration)
    (self.position, self.count, self.style, self.language) = (position, count, style, language)
  }
}
