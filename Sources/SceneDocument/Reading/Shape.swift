/// The keys an object may have, in the order of the specification.
final class Shape: Sendable {
  /// With its article, for messages: "a layer".
  let name: String
  let keys: [String]
  /// Names that other tools use, with ours.
  let foreign: [String: String]
  /// Keys that exist, but not here, with whose they are.
  let elsewhere: [String: String]
  private let lengths: [Int32]

  init(
    name: String, keys: [String], foreign: [String: String] = [:],
    elsewhere: [String: String] = [:]
  ) {
    (self.name, self.keys, self.foreign, self.elsewhere) = (name, keys, foreign, elsewhere)
    lengths = keys.map { Int32($0.utf8.count) }
  }

  func has(_ member: JSONMember) -> Bool {
    let length = member.keyLength
    for index in lengths.indices where lengths[index] == length && keys[index] == member.key {
      return true
    }
    return false
  }

  /// Foreign names whose value does not mean the same, so that a change of name is no repair.
  static let inexact: Set<String> = ["volume", "gain"]

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
      "id", "type", "asset", "shape", "fill", "z", "from", "to", "trim", "speed", "place", "margin",
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
    ],
    elsewhere: [
      "dim": "a scene's background", "blur": "a scene's background", "audio": "a scene's avatar",
      "hidden": "'on' of a scene",
    ])
  static let background = layer.adding(["dim", "blur"], name: "a background")
  static let avatar = layer.adding(["audio"], name: "an avatar")
  /// What only layers of type `text` have.
  static let textLayer = Shape(
    name: "a text layer", keys: ["text", "sub", "style", "align", "max_width", "max_lines"])

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
