internal import Foundation
internal import Providers
internal import SceneDocument

/// The scene document of a project's film, or of a part of it.
///
/// Nothing of the brief becomes a name or a path in it: scenes are numbered, files are named by scene, role and
/// content, and words are values of strings in which nothing is replaced.
struct FilmDocument {
  var title: String
  var settings: ProjectSettings
  /// In order; a nil stands for a scene whose files are not there, which a plain colour takes the place of.
  var scenes: [(position: Int, scene: FilmScene?)]

  var text: String { (json.prettyText) + "\n" }

  private var look: FilmLook { FilmLook(settings) }

  private var json: JSONValue {
    [
      "spec": "scene/1", "id": "film", "title": .string(Self.plain(title)),
      "output": [
        "size": [.integer(settings.width), .integer(settings.height)],
        "fps": .integer(settings.rate), "preset": "web", "chapters": true,
        "video": ["effort": .string(settings.effort)],
        "subtitles": .string(settings.hasCaptions ? "burn" : "none"),
      ],
      "styles": FilmLook.styles(of: scenes.compactMap(\.scene)),
      "assets": .object(assets),
      "defaults": ["tail": 0.5, "transition": ["kind": "crossfade", "duration": 0.4]],
      "scenes": .array(scenes.map(scene)),
    ]
  }

  private var assets: [JSONValue.Member] {
    scenes.compactMap(\.scene).flatMap { scene in
      scene.files.map { role, file in
        .init(
          "\(scene.id)-\(role)",
          ["path": .string(scene.name(role, file)), "sha256": .string(file.sha256)])
      }
    }
  }

  private func scene(_ position: Int, _ scene: FilmScene?) -> JSONValue {
    guard let scene else {
      return [
        "id": .string(FilmScene.id(position)), "background": "#000000", "duration": 4,
        "transition": ["kind": "cut"],
      ]
    }
    var members: [JSONValue.Member] = [
      .init("id", .string(scene.id)), .init("title", .string(Self.plain(scene.title))),
      .init(
        "background",
        scene.background == nil ? "#000000" : ["asset": .string("\(scene.id)-background")]),
      .init("narration", ["asset": .string("\(scene.id)-speech")]),
    ]
    if position == 0 { members.append(.init("transition", ["kind": "cut"])) }
    if scene.avatar != nil {
      members.append(
        .init("avatar", look.avatar(asset: "\(scene.id)-avatar", hasAlpha: scene.avatarHasAlpha)))
    }
    let title = Self.escaped(LongWord.fitting(DrawableText.of(scene.title), columns: 66))
    if !title.isEmpty {
      let style = FilmLook.titleStyle(of: scene)
      members.append(
        .init("title_card", look.title(title, style: style, hasAvatar: scene.avatar != nil)))
    }
    if scene.words != nil {
      members.append(
        .init(
          "captions",
          look.captions(
            words: "\(scene.id)-words", language: scene.language, hasAvatar: scene.avatar != nil)))
    }
    return .object(members)
  }

  /// Words as a document's string says them: no variable in them, nothing that has no glyph.
  static func plain(_ text: String) -> String {
    escaped(DrawableText.of(text))
  }

  private static func escaped(_ text: String) -> String { text.replacing("$", with: "$$") }
}

/// Text without what cannot be drawn: emoji, controls, private and unassigned characters.
enum DrawableText {
  static func of(_ text: String) -> String {
    let scalars = text.precomposedStringWithCanonicalMapping.unicodeScalars.filter { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator,
        .paragraphSeparator:
        false
      case .otherSymbol:
        // Signs such as © and °; pictures are not in the fonts that are shipped.
        scalar.value < 0x2190 || (0x2190...0x21FF).contains(scalar.value)
      default: !(scalar.properties.isEmojiPresentation || (0xFE00...0xFE0F).contains(scalar.value))
      }
    }
    var string = String(String.UnicodeScalarView(scalars))
    string = string.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return string
  }
}
