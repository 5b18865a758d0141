internal import Foundation
public import Jobs
public import Providers
public import Storage

/// What the functions of a film work with.
public struct VideoStudio: Sendable {
  public var database: any Database
  public var assets: any AssetStore
  public var queue: RenderQueue
  public var clock: any NodeClock
  public var shelf: ProviderShelf
  /// The node's folder; absolute.
  public var folder: String
  /// Of finished segments.
  public var cacheFolder: String
  /// Reads a brief. Throws what says what is wrong with it.
  public var readBrief: @Sendable (_ path: String) async throws -> BriefReading
  /// Writes a poster of a film: its path, the poster's and the title.
  public var makePoster:
    @Sendable (_ film: String, _ poster: String, _ title: String) async throws
      -> Void
  /// Ended projects are kept for so long.
  public var retention: Duration = .seconds(30 * 24 * 3600)
  /// An attempt that was sent and whose outcome nobody knows is made again when a project is begun again.
  public var repeatsUnknown = false
  /// Where the files may lie that events name; nil for anywhere.
  public var places: FilePlaces?
  /// Tries after the first where a service is down.
  public var retries = 6
  /// Milliseconds before the first of them; doubled for each further one.
  public var firstRetryMS: Int64 = 2_000
  /// Milliseconds until a service is asked again whether there are credits or quota.
  public var quotaPauseMS: Int64 = 15 * 60_000

  public init(
    database: any Database, assets: any AssetStore, queue: RenderQueue, clock: any NodeClock,
    shelf: ProviderShelf, folder: String, cacheFolder: String,
    readBrief: @escaping @Sendable (String) async throws -> BriefReading,
    makePoster: @escaping @Sendable (String, String, String) async throws -> Void
  ) {
    (self.database, self.assets, self.queue) = (database, assets, queue)
    (self.clock, self.shelf) = (clock, shelf)
    (self.folder, self.cacheFolder) = (folder, cacheFolder)
    (self.readBrief, self.makePoster) = (readBrief, makePoster)
  }

  /// Where a project's files stand under readable names, with its document.
  public func projectFolder(_ id: String) -> String { "\(folder)/projects/\(id)" }

  /// Where providers write until their files are in the store.
  var callsFolder: String { folder + "/calls" }

  /// Makes a folder for one call of an attempt, in place of those that processes which were killed have left.
  ///
  /// A call that is cancelled may still be ending, and clear up behind itself, when its attempt is called anew: each has
  /// a folder of its own.
  func makeCallFolder(ofAttempt id: String) throws -> String {
    let own = "\(id).\(Self.process)"
    let names = (try? FileManager.default.contentsOfDirectory(atPath: callsFolder)) ?? []
    for name in names where Self.attempt(ofCallFolder: name) == id && !name.hasPrefix(own) {
      try? FileManager.default.removeItem(atPath: "\(callsFolder)/\(name)")
    }
    let folder = "\(callsFolder)/\(own).\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    return folder
  }

  /// This process among those that work in the folder.
  private static let process = UUID().uuidString

  /// The attempt that a folder of that name is of.
  static func attempt(ofCallFolder name: String) -> String {
    String(name.prefix { $0 != "." })
  }
}

/// A brief as it was read.
public struct BriefReading: Sendable, Codable, Hashable {
  /// `application/pdf`, `text/markdown`, `text/plain`.
  public var mediaType: String
  public var document: ParsedDocument

  public init(mediaType: String, document: ParsedDocument) {
    (self.mediaType, self.document) = (mediaType, document)
  }
}
