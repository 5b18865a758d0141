public import Compositing
internal import Foundation
internal import Media
internal import Providers
internal import SceneDocument
internal import Storage

/// What a scene looks like, as far as its files are there.
public struct SceneThumbnail: Sendable {
  /// Changes when the picture does.
  public let version: String
  private let scene: SceneRecord
  private let settings: ProjectSettings
  private let background: FilmScene.File
  private let avatar: FilmScene.File?
  private let avatarHasAlpha: Bool
  private let speech: FilmScene.File?

  static let width = 480

  /// Nil while there is nothing to be seen.
  public init?(_ scene: SceneRecord, _ assets: [ProjectAsset], _ settings: ProjectSettings) {
    let own = assets.filter { $0.scene == scene.id }
    guard let background = own.first(where: { $0.role == .background }) else { return nil }
    let speech = own.first { $0.role == .speech }
    // Without its speech it is not known how long the speaker is seen.
    let avatar = speech == nil ? nil : own.first { $0.role == .avatar }
    (self.scene, self.settings) = (scene, settings)
    self.background = FilmScene.File(background)
    self.avatar = avatar.map(FilmScene.File.init)
    self.speech = speech.map(FilmScene.File.init)
    avatarHasAlpha = avatar?.note == "alpha"
    version = background.sha256.prefix(12) + (avatar.map { "-" + $0.sha256.prefix(12) } ?? "")
  }

  var files: [(role: String, file: FilmScene.File)] {
    [("background", background)] + (speech.map { [("speech", $0)] } ?? [])
      + (avatar.map { [("avatar", $0)] } ?? [])
  }

  /// A document that shows the scene without its words.
  var document: String {
    var members: [JSONValue.Member] = [
      .init("id", "scene"), .init("background", ["asset": "background"]),
    ]
    if speech != nil { members.append(.init("narration", ["asset": "speech"])) }
    if speech == nil { members.append(.init("duration", 2)) }
    if avatar != nil {
      members.append(
        .init(
          "avatar", FilmLook(settings).avatar(asset: "avatar", hasAlpha: avatarHasAlpha)))
    }
    let json: JSONValue = [
      "spec": "scene/1", "id": "thumbnail",
      "output": [
        "size": [.integer(settings.width), .integer(settings.height)],
        "fps": .integer(settings.rate), "preset": "web",
      ],
      "assets": .object(
        files.map { .init($0.role, ["path": .string(name($0.role, $0.file))]) }),
      "scenes": [.object(members)],
    ]
    return json.compactText
  }

  func name(_ role: String, _ file: FilmScene.File) -> String {
    "\(role).\(MediaSuffix.of(file.mediaType))"
  }
}

/// A scene of which no picture can be drawn: a file of it cannot be read.
public struct SceneUnseen: Error, Sendable, CustomStringConvertible {
  /// The machine was in trouble: it may work the next time.
  public var isRetryable: Bool
  /// Which file, and what is wrong with it.
  public var description: String
}

extension VideoPipeline {
  /// A small JPEG of a scene, made once and kept in the node's folder. Nil while there is nothing to be seen, and where
  /// there is no such scene. Throws `SceneUnseen`.
  public func thumbnail(ofScene id: String, painter: StillPainter) async throws -> [UInt8]? {
    let thumbnail = try await studio.database.read { db -> SceneThumbnail? in
      guard let scene = try SceneRecord.find(db, id),
        let project = try Project.find(db, scene.projectID)
      else { return nil }
      return SceneThumbnail(
        scene, try ProjectAsset.all(db, of: project.id), project.settings)
    }
    guard let thumbnail else { return nil }
    let folder = studio.folder + "/thumbnails"
    let path = "\(folder)/\(thumbnail.version).jpg"
    if let known = FileManager.default.contents(atPath: path) { return [UInt8](known) }
    let bytes = try await studio.paint(thumbnail, painter)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try HostFile.replace(path, with: bytes)
    return bytes
  }
}

extension VideoStudio {
  fileprivate func paint(_ thumbnail: SceneThumbnail, _ painter: StillPainter) async throws
    -> [UInt8]
  {
    let folder = "\(callsFolder)/thumbnail-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for (role, file) in thumbnail.files {
      let (stored, path) = (
        try await assets.file(of: file.sha256), "\(folder)/\(thumbnail.name(role, file))"
      )
      do {
        try FileManager.default.linkItem(atPath: stored, toPath: path)
      } catch {
        try FileManager.default.copyItem(atPath: stored, toPath: path)
      }
    }
    var preparer = DocumentPreparer(
      text: Array(thumbnail.document.utf8), assetFolder: folder, cacheFolder: cacheFolder)
    preparer.provesContrast = false
    do {
      let request = try await preparer.prepare().request
      return try await painter.picture(
        of: request, frame: request.timeline.frames * 2 / 5, width: SceneThumbnail.width,
        format: .jpeg)
    } catch let refusal as DocumentRefusal {
      let refused = FilmRefused(diagnostics: refusal.diagnostics)
      throw SceneUnseen(isRetryable: refused.isRetryable, description: "\(refused)")
    } catch let error as MediaError {
      throw SceneUnseen(isRetryable: false, description: "a file of it cannot be read: \(error)")
    }
  }
}
