internal import Providers
internal import Storage

/// A scene whose files are there, or at least those that are heard, as the film's document needs it.
struct FilmScene: Codable, Sendable, Hashable {
  var position: Int
  var title: String
  var language: String
  var speech: File
  /// Nil while it is being made: a plain colour takes its place.
  var background: File?
  var avatar: File?
  var avatarHasAlpha = false
  var words: File?
  /// Nil where it is not known how light the background is.
  var tone: BackgroundTone?

  struct File: Codable, Sendable, Hashable {
    var sha256: String
    var mediaType: String

    init(_ asset: ProjectAsset) { (sha256, mediaType) = (asset.sha256, asset.mediaType) }
  }

  /// `s03`, from 1.
  var id: String { Self.id(position) }

  static func id(_ position: Int) -> String {
    "s" + (position < 9 ? "0" : "") + String(position + 1)
  }

  /// Nil while something is missing.
  init?(_ scene: SceneRecord, _ assets: [ProjectAsset]) {
    guard scene.isComplete else { return nil }
    let own = assets.filter { $0.scene == scene.id }
    func file(_ role: ProjectAsset.Role) -> ProjectAsset? { own.first { $0.role == role } }
    guard let background = file(.background) else { return nil }
    self.init(heard: scene, assets)
    self.background = File(background)
    avatar = file(.avatar).map(File.init)
    avatarHasAlpha = file(.avatar)?.note == "alpha"
    words = file(.words).map(File.init)
    tone = background.note.flatMap { try? RecordJSON.read(BackgroundTone.self, $0) }
  }

  /// What of it is heard: its speech, and the background's sound where the background is there. Nil without speech.
  init?(heard scene: SceneRecord, _ assets: [ProjectAsset]) {
    func file(_ role: ProjectAsset.Role) -> File? {
      assets.first { $0.scene == scene.id && $0.role == role }.map(File.init)
    }
    guard scene.speech == .done, let speech = file(.speech) else { return nil }
    (position, title) = (scene.position, scene.script.title)
    language = scene.script.language
    self.speech = speech
    background = scene.background == .done ? file(.background) : nil
  }

  /// Its files by their roles' names.
  var files: [(role: String, file: File)] {
    [("speech", speech)] + (background.map { [("background", $0)] } ?? [])
      + (avatar.map { [("avatar", $0)] } ?? []) + (words.map { [("words", $0)] } ?? [])
  }

  /// The name of a file in the project's folder.
  func name(_ role: String, _ file: File) -> String {
    let suffix = role == "words" ? "json" : MediaSuffix.of(file.mediaType)
    // The content's name is part of it: a file that is made anew has another one.
    return "\(id)-\(role)-\(file.sha256.prefix(8)).\(suffix)"
  }
}
