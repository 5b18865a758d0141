/// The keys an object may have, in the order of the specification.
final class Shape: Sendable {
  /// With its article, for messages: "a layer".
  let name: String
  let keys: [String]
  /// Names that other tools use, with ours.
  let foreign: [String: String]
  /// Keys that exist, but not here, with whose they are.
  let elsewhere: [String: String]
  /// Foreign names whose value does not mean the same, so that a change of name is no repair.
  let inexact: Set<String>
  private let lengths: [Int32]

  init(
    name: String, keys: [String], foreign: [String: String] = [:],
    elsewhere: [String: String] = [:], inexact: Set<String> = ["volume", "gain"]
  ) {
    (self.name, self.keys, self.foreign, self.elsewhere) = (name, keys, foreign, elsewhere)
    self.inexact = inexact
    lengths = keys.map { Int32($0.utf8.count) }
  }

  func has(_ member: JSONMember) -> Bool {
    let length = member.keyLength
    for index in lengths.indices where lengths[index] == length && keys[index] == member.key {
      return true
    }
    return false
  }

  func adding(_ more: [String], name: String) -> Shape {
    Shape(
      name: name, keys: keys + more, foreign: foreign,
      elsewhere: elsewhere.filter { !more.contains($0.key) })
  }

  static let document = Shape(
    name: "a scene document",
    keys: [
      "spec", "id", "title", "output", "variants", "vars", "assets", "styles", "defaults", "scenes",
      "overlays", "audio", "meta",
    ],
    foreign: ["variables": "vars", "version": "spec", "name": "title"])

  static let output = Shape(
    name: "the output",
    keys: [
      "size", "fps", "preset", "container", "video", "audio", "subtitles", "poster", "thumbnails",
      "chapters", "determinism", "background",
    ],
    foreign: ["resolution": "size", "frameRate": "fps", "frame_rate": "fps", "format": "container"])
  static let outputVideo = Shape(
    name: "the output's video",
    keys: ["codec", "quality", "max_kbps", "gop", "pixel", "effort"],
    foreign: ["crf": "quality", "pix_fmt": "pixel", "preset": "effort", "speed": "effort"])
  static let outputAudio = Shape(
    name: "the output's audio", keys: ["codec", "kbps", "rate", "channels"],
    foreign: ["bitrate": "kbps", "sampleRate": "rate", "sample_rate": "rate"])
  static let poster = Shape(name: "a poster", keys: ["at", "format"], foreign: ["time": "at"])
  static let thumbnails = Shape(
    name: "thumbnails", keys: ["every", "width"], foreign: ["interval": "every"])

  static let asset = Shape(
    name: "an asset",
    keys: ["path", "sha256", "kind", "alpha", "rotation", "color", "damage", "provenance"],
    foreign: [
      "src": "path", "url": "path", "file": "path", "type": "kind", "rotate": "rotation",
      "hash": "sha256", "colour": "color",
    ])
  static let colorTags = Shape(
    name: "colour tags", keys: ["matrix", "range", "primaries", "transfer"])
  static let damage = Shape(name: "a damage policy", keys: ["policy", "max"])
  static let provenance = Shape(
    name: "a provenance",
    keys: ["generator", "model", "prompt_sha256", "ai", "created", "licence", "source"],
    foreign: ["license": "licence"])

  static let styles = Shape(
    name: "the styles", keys: ["fonts", "fallback", "captions", "text", "palette"],
    foreign: ["colors": "palette", "colours": "palette", "font": "fonts", "fallbacks": "fallback"])
  static let font = Shape(
    name: "a font", keys: ["assets", "weight", "italic"],
    foreign: [
      "asset": "assets", "files": "assets", "src": "assets", "path": "assets",
      "fontWeight": "weight",
    ], inexact: ["asset", "src", "path"])
  static let textStyle = Shape(
    name: "a text style",
    keys: [
      "extends", "font", "size", "fill", "highlight", "outline", "box", "shadow", "weight",
      "line_height", "letter_spacing", "case",
    ],
    foreign: [
      "fontFamily": "font", "font-family": "font", "font_family": "font", "fontSize": "size",
      "font-size": "size", "font_size": "size", "color": "fill", "colour": "fill",
      "stroke": "outline", "background": "box", "fontWeight": "weight", "font-weight": "weight",
      "font_weight": "weight", "lineHeight": "line_height", "line-height": "line_height",
      "letterSpacing": "letter_spacing", "letter-spacing": "letter_spacing",
      "tracking": "letter_spacing", "textTransform": "case", "text-transform": "case",
      "inherits": "extends", "parent": "extends",
    ])
  static let outline = Shape(
    name: "an outline", keys: ["width", "color"], foreign: ["colour": "color", "size": "width"])
  static let textBox = Shape(
    name: "a text's box", keys: ["color", "padding", "radius"],
    foreign: ["colour": "color", "fill": "color", "margin": "padding"])
  static let variant = Shape(
    name: "a variant", keys: ["id", "size", "subtitles", "poster"],
    foreign: ["resolution": "size", "name": "id", "captions": "subtitles"],
    elsewhere: ["fps": "the output, whose rate all variants have"])
  static let captions = Shape(
    name: "captions",
    keys: [
      "words", "srt", "vtt", "cues", "mode", "style", "place", "margin", "max_width", "max_lines",
      "min_show", "bridge", "pause_break", "max_cps", "lang",
    ],
    foreign: [
      "position": "place", "language": "lang", "maxWidth": "max_width", "maxLines": "max_lines",
      "lines": "max_lines", "subrip": "srt", "webvtt": "vtt", "cps": "max_cps",
      "padding": "margin", "offset": "margin",
    ],
    elsewhere: ["hidden": "'on' of a scene, where it hides one thing in one variant"])
  static let cue = Shape(
    name: "a cue", keys: ["from", "to", "text"], foreign: ["start": "from", "end": "to"])
  /// What `on` has for one variant.
  static let overrides = Shape(
    name: "the changes of a variant",
    keys: ["background", "avatar", "title_card", "lower_third", "captions", "layers"],
    foreign: ["bg": "background", "subtitles": "captions"])

  static let defaults = Shape(
    name: "the defaults",
    keys: [
      "title", "enabled", "duration", "min_duration", "max_duration", "head", "tail", "overrun",
      "on_missing", "background", "avatar", "title_card", "lower_third", "narration", "captions",
      "layers", "sounds", "transition", "on",
    ],
    foreign: [
      "length": "duration", "name": "title", "bg": "background", "voiceover": "narration",
      "voice": "narration", "subtitles": "captions", "audio": "sounds",
    ])
  static let scene = Shape(
    name: "a scene", keys: ["id"] + defaults.keys, foreign: defaults.foreign)
  static let transition = Shape(
    name: "a transition", keys: ["kind", "duration", "color", "outgoing"],
    foreign: ["type": "kind", "length": "duration", "colour": "color"])

  static let layer = Shape(
    name: "a layer",
    keys: [
      "id", "type", "asset", "shape", "fill", "text", "style", "align", "max_width", "max_lines",
      "z", "from", "to", "trim", "speed", "place", "margin",
      "x", "y", "anchor", "size", "fit", "focus", "crop", "rotate", "opacity", "mask", "border",
      "shadow", "key", "blend", "motion", "enter", "exit", "when_short", "when_long", "mute",
      "gain_db",
    ],
    foreign: [
      "position": "place", "volume": "gain_db", "gain": "gain_db", "src": "asset", "url": "asset",
      "path": "asset", "file": "asset", "objectFit": "fit", "object-fit": "fit",
      "object_fit": "fit", "zIndex": "z", "z-index": "z", "z_index": "z", "rotation": "rotate",
      "start": "from", "end": "to", "chromaKey": "key", "chroma_key": "key", "blendMode": "blend",
      "blend_mode": "blend", "muted": "mute", "padding": "margin", "offset": "margin",
      "textAlign": "align", "text-align": "align", "text_align": "align", "maxWidth": "max_width",
      "maxLines": "max_lines",
    ],
    elsewhere: [
      "sub": "title cards and lower thirds", "dim": "a scene's background",
      "blur": "a scene's background", "audio": "a scene's avatar",
      "hidden": "'on' of a scene, where it hides one thing in one variant",
    ])
  static let background = layer.adding(["dim", "blur"], name: "a background")
  static let avatar = layer.adding(["audio"], name: "an avatar")
  static let titleCard = layer.adding(["sub"], name: "a title card")
  static let lowerThird = layer.adding(["sub"], name: "a lower third")
  /// What only layers of type `text` have.
  static let textLayer = Shape(
    name: "a text layer", keys: ["text", "style", "align", "max_width", "max_lines"])

  static let mask = Shape(
    name: "a mask", keys: ["kind", "radius", "asset"], foreign: ["type": "kind"])
  static let border = Shape(
    name: "a border", keys: ["width", "color"], foreign: ["colour": "color", "size": "width"])
  static let shadow = Shape(
    name: "a shadow", keys: ["dx", "dy", "blur", "color", "opacity"],
    foreign: ["x": "dx", "y": "dy", "colour": "color", "radius": "blur"])
  static let chromaKey = Shape(
    name: "a chroma key", keys: ["color", "tolerance", "softness", "spill"],
    foreign: ["colour": "color", "similarity": "tolerance", "despill": "spill"])
  static let motion = Shape(
    name: "a motion", keys: ["kind", "preset", "amount", "ease"],
    foreign: ["type": "kind", "easing": "ease", "direction": "preset"])
  static let entrance = Shape(
    name: "an entrance or exit", keys: ["kind", "duration"],
    foreign: ["type": "kind", "length": "duration"])

  private static let soundNames = [
    "src": "asset", "url": "asset", "path": "asset", "file": "asset", "volume": "gain_db",
    "gain": "gain_db", "start": "from", "end": "to", "fadeIn": "fade_in", "fadeOut": "fade_out",
  ]
  static let narration = Shape(
    name: "a narration", keys: ["asset", "gain_db", "offset", "trim"], foreign: soundNames)
  static let sound = Shape(
    name: "a sound",
    keys: [
      "asset", "from", "to", "trim", "gain_db", "loop", "fade_in", "fade_out", "role",
    ], foreign: soundNames)
  static let audio = Shape(
    name: "the programme's audio", keys: ["music", "join_fade_ms", "loudness"])
  static let music = Shape(
    name: "a piece of music",
    keys: ["asset", "from", "to", "gain_db", "loop", "fade_in", "fade_out", "duck"],
    foreign: soundNames.merging(["ducking": "duck"]) { first, _ in first })
  static let duck = Shape(
    name: "ducking", keys: ["by_db", "attack_ms", "release_ms"],
    foreign: ["attack": "attack_ms", "release": "release_ms"])
  static let loudness = Shape(
    name: "loudness", keys: ["target_lufs", "true_peak_db"],
    foreign: ["lufs": "target_lufs", "target": "target_lufs", "true_peak": "true_peak_db"])

  static let payload = Shape(
    name: "a render payload", keys: ["projectId", "scenes"], foreign: ["project_id": "projectId"])
  static let payloadScene = Shape(
    name: "a payload scene",
    keys: ["sceneId", "avatarUrl", "backgroundUrl", "duration", "speechUrl"],
    foreign: [
      "id": "sceneId", "scene_id": "sceneId", "avatar": "avatarUrl", "background": "backgroundUrl",
      "audioUrl": "speechUrl", "narrationUrl": "speechUrl", "length": "duration",
    ])
}
