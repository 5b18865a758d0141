internal import Media
internal import Providers
internal import SceneDocument

/// Where things stand in a film, by the shape of its picture.
struct FilmLook {
  let width: Int
  let height: Int

  init(_ settings: ProjectSettings) { (width, height) = (settings.width, settings.height) }

  var isTall: Bool { height > width }

  /// Pixels of the speaker's box, even.
  var avatarSize: (width: Int, height: Int) {
    if isTall { return (even(width, 72), even(height, 38)) }
    return (even(width, 34), even(height, 70))
  }

  /// The speaker stands on the lower edge; right of the middle in wide pictures.
  func avatar(asset: String, hasAlpha: Bool) -> JSONValue {
    var members: [JSONValue.Member] = [.init("asset", .string(asset))]
    let (width, height) = avatarSize
    if hasAlpha {
      members += [
        .init("size", [.string("\(width)px"), .string("\(height)px")]), .init("fit", "contain"),
        .init("x", .string(isTall ? "50%" : "80%")), .init("y", "100%"),
        .init("anchor", "bottom"),
      ]
    } else {
      // A picture with a background of its own: cut round.
      let side = isTall ? "62vmin" : "56vmin"
      members += [
        .init("size", [.string(side), .string(side)]), .init("mask", "circle"),
        .init("border", ["width": "0.7vmin", "color": "#FFFFFF"]), .init("shadow", true),
        .init("x", .string(isTall ? "50%" : "80%")), .init("y", .string(isTall ? "72%" : "56%")),
        .init("anchor", "center"),
      ]
    }
    members += [.init("audio", "off"), .init("when_short", "freeze"), .init("when_long", "trim")]
    return .object(members)
  }

  /// Where a title's lines begin; in wide pictures beside the speaker.
  private enum TitlePlace {
    case middle, left, right

    var align: String {
      switch self {
      case .middle: "center"
      case .left: "left"
      case .right: "right"
      }
    }

    var anchor: String { self == .middle ? "top" : "top-\(align)" }
  }

  func title(_ text: String, style: String, hasAvatar: Bool) -> JSONValue {
    let place: TitlePlace =
      isTall ? .middle : TextScript.isRightToLeft(text) ? .right : .left
    let x =
      switch place {
      case .middle: "50%"
      case .left: "5%"
      case .right: hasAvatar ? "59%" : "95%"
      }
    return [
      "text": .string(text), "style": .string(style), "align": .string(place.align),
      "x": .string(x), "y": .string(isTall ? "7%" : "9%"), "anchor": .string(place.anchor),
      "max_width": .number(isTall ? 0.86 : 0.54), "max_lines": 3,
      "enter": ["kind": "fade", "duration": 0.5],
    ]
  }

  func captions(words asset: String, language: String, hasAvatar: Bool) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("words", .string(asset)), .init("mode", "karaoke"), .init("lang", .string(language)),
      .init("style", "spoken"), .init("max_lines", 2),
    ]
    if isTall {
      let margin = height * (hasAvatar ? 40 : 8) / 100
      members += [
        .init("place", "bottom"), .init("margin", .string("\(margin)px")), .init("max_width", 0.86),
      ]
    } else if hasAvatar {
      members += [
        .init("place", "bottom-left"), .init("margin", "6vmin"), .init("max_width", 0.56),
      ]
    } else {
      members += [.init("place", "bottom"), .init("margin", "6vmin"), .init("max_width", 0.8)]
    }
    return .object(members)
  }

  /// Of a scene's title: one for each scene whose background says which colour can be read on it.
  static func titleStyle(of scene: FilmScene) -> String {
    scene.tone == nil ? "heading-boxed" : "heading-\(scene.id)"
  }

  static func styles(of scenes: [FilmScene]) -> JSONValue {
    var text: [JSONValue.Member] = [
      .init("heading", ["extends": "title", "size": "7.2vmin", "weight": 700, "fill": "#FFFFFF"]),
      // On pictures and clips that may be anything.
      .init(
        "heading-boxed",
        [
          "extends": "heading", "size": "6vmin", "shadow": false,
          "box": ["color": "#0B1220B4", "padding": "1.8vmin", "radius": "1.4vmin"],
        ]),
    ]
    for scene in scenes {
      guard let tone = scene.tone else { continue }
      let shadow: JSONValue =
        tone.isDark
        ? ["dx": 0, "dy": "0.3vmin", "blur": "1.6vmin", "color": "#0A1020", "opacity": 0.6] : false
      text.append(
        .init(
          titleStyle(of: scene),
          ["extends": "heading", "fill": .string(tone.text), "shadow": shadow]))
    }
    return [
      "palette": ["accent": "#FFC94D"], "text": .object(text),
      "captions": [
        "spoken": [
          "extends": "default", "size": "4.4vmin", "highlight": "@accent",
          "box": ["color": "#0B1220C8", "padding": "2.2vmin", "radius": "1.6vmin"],
          "outline": false, "shadow": false,
        ]
      ],
    ]
  }

  private func even(_ side: Int, _ percent: Int) -> Int { max(16, side * percent / 200 * 2) }
}
