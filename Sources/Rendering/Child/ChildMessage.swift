/// What a worker asks of its render child, one JSON value a line on its standard input. The end of the input ends the
/// child, so that it never outlives its worker.
enum ChildRequest: Codable, Sendable {
  /// The first request: what to render from. Answered with `ready` or `failed`.
  case prepare(RenderOrder, documentPath: String, limits: ChildLimits)
  /// One segment into the cache. Answered with `segment` or `failed`.
  case segment(key: String)
  /// The sound into the cache. Answered with `sound` or `failed`.
  case sound(key: String)
  /// All films of the order, from what is in the cache; `places` names files for those that have no path.
  /// Answered with `publishing`, and after `publish` with `film`, or with `failed`.
  case film(places: [String: String], jobs: Int)
  /// The lease is still the worker's: the film may get its name.
  case publish
  /// Ends a film's render in good order.
  case cancel
  /// Decodes one file to its end, to see whether it brings the process down. Answered with `decoded`.
  case decode(path: String, limits: ChildLimits)
}

/// What a render child says, one JSON value a line on its standard output.
enum ChildReply: Codable, Sendable {
  /// `hasNetwork`: the system did not allow to leave it.
  case ready(hasNetwork: Bool)
  /// `checks` grows as long as the work goes on, also where no frame is finished.
  case progress(done: Int, total: Int, checks: Int, phase: String)
  case segment(path: String, frames: Int, bytes: Int)
  case sound(path: String)
  /// The film is verified; may it get its name?
  case publishing
  /// The result document's text.
  case film(result: String, warnings: Bool, outputs: [ChildFilm])
  case decoded
  case failed(ChildFailure)
}

/// A film that has its name.
public struct ChildFilm: Codable, Sendable, Hashable {
  public var variant: String
  public var path: String
  public var sha256: String
  public var bytes: Int64
  public var frames: Int
}

/// Why a child could not do what it was asked.
public struct ChildFailure: Codable, Sendable, Error {
  /// A diagnostic's code, such as `E_DISK_FULL`.
  public var code: String
  public var message: String
  public var isRetryable: Bool

  public init(code: String, message: String, isRetryable: Bool) {
    (self.code, self.message, self.isRetryable) = (code, message, isRetryable)
  }
}

/// What a render child may use. Zero is no limit.
public struct ChildLimits: Codable, Sendable, Hashable {
  /// Address space in bytes.
  public var memory: UInt64 = 6 << 30
  /// The largest file it may write, in bytes.
  public var fileSize: UInt64 = 64 << 30
  /// Processor seconds for each request, plus some for each frame.
  public var processorSeconds: UInt64 = 600
  public var secondsPerFrame: UInt64 = 30
  /// Lets other processes of the machine go first.
  public var isNice = true

  public init() {}
}
