internal import Media
internal import SceneDocument

/// Files that are no picture or sound, told by their first bytes.
enum PlainFormat: String {
  case ttf, otf, woff, woff2, ttc, srt, vtt, json

  init?(head: [UInt8]) {
    switch head.prefix(4) {
    case [0x00, 0x01, 0x00, 0x00], [0x74, 0x72, 0x75, 0x65]: self = .ttf
    case [0x4F, 0x54, 0x54, 0x4F]: self = .otf
    case [0x74, 0x74, 0x63, 0x66]: self = .ttc
    case [0x77, 0x4F, 0x46, 0x46]: self = .woff
    case [0x77, 0x4F, 0x46, 0x32]: self = .woff2
    default:
      let bytes = head.starts(with: [0xEF, 0xBB, 0xBF]) ? head.dropFirst(3) : head[...]
      let text = String(decoding: bytes, as: UTF8.self)
      let start = text.drop(while: \.isWhitespace)
      if start.hasPrefix("WEBVTT") {
        self = .vtt
      } else if start.hasPrefix("{") {
        self = .json
      } else if start.contains(" --> "), start.first?.isNumber == true {
        self = .srt
      } else {
        return nil
      }
    }
  }

  var kind: ProbeRecord.Kind {
    switch self {
    case .ttf, .otf, .woff, .woff2, .ttc: .font
    case .srt, .vtt: .captions
    case .json: .words
    }
  }
}
