internal import Foundation
internal import Media
internal import SceneDocument

/// Captions as text beside the picture: a stream of the film and a WebVTT file.
struct SoftSubtitles: Sendable {
  /// In frames of the film, in the order of their times.
  var cues: [CaptionCue]
  /// BCP 47.
  var language: String
  private var rate: FrameRate

  /// nil where the document asks for none, or says nothing.
  init?(_ request: RenderRequest) {
    guard [.soft, .both].contains(request.document.output.subtitles) else { return nil }
    self.init(whatIsSaidIn: request)
  }

  /// Also where the document has its captions drawn into the picture; nil where nothing is said.
  init?(whatIsSaidIn request: RenderRequest) {
    cues = request.timeline.scenes.flatMap { scene in
      scene.captions.map { cue in
        let from = cue.frames.lowerBound + scene.startFrame
        return CaptionCue(frames: from..<from + cue.frames.count, text: cue.text)
      }
    }
    if cues.isEmpty { return nil }
    language = request.timeline.captionLanguage ?? "und"
    rate = request.document.output.frameRate
  }

  /// ISO 639-2, as containers want it.
  var threeLetterLanguage: String {
    Locale.Language(identifier: language).languageCode?.identifier(.alpha3) ?? "und"
  }

  /// By which a WebVTT file of ours is told from an author's.
  private static let mark = "NOTE made by reelnode"

  /// Whether a file may be replaced: it is not there, or a render made it.
  static func isReplaceable(_ path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else {
      return !FileManager.default.fileExists(atPath: path)
    }
    let head = (try? file.read(upToCount: 200)) ?? Data()
    return String(decoding: head, as: UTF8.self).contains(mark)
  }

  /// A WebVTT file.
  var webVTT: String {
    var text = "WEBVTT\n\n\(Self.mark)\n"
    for cue in cues {
      let (from, to) = (time(cue.frames.lowerBound), time(cue.frames.upperBound))
      text += "\n\(from) --> \(to)\n\(Self.escaped(cue.text))\n"
    }
    return text
  }

  /// What a cue's text is in a packet of the stream.
  static func payload(_ cue: CaptionCue, _ format: SubtitleFormat) -> String {
    format == .webVTT ? escaped(cue.text) : cue.text
  }

  private static func escaped(_ text: String) -> String {
    text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
      .replacingOccurrences(of: ">", with: "&gt;")
  }

  /// `00:01:02.345`, the nearest millisecond.
  private func time(_ frame: Int) -> String {
    let milliseconds = (rate.time(of: FrameIndex(frame)) * Rational(1000)).rounded
    func digits(_ value: Int64, _ count: Int) -> String {
      let text = String(value)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return
      "\(digits(milliseconds / 3_600_000, 2)):\(digits(milliseconds / 60_000 % 60, 2)):\(digits(milliseconds / 1000 % 60, 2)).\(digits(milliseconds % 1000, 3))"
  }
}

/// Hands out the packets of a subtitle stream as the film's time reaches them.
struct SubtitlePackets {
  let format: SubtitleFormat
  let stream: Int
  private var cues: ArraySlice<CaptionCue>

  init(_ subtitles: SoftSubtitles, format: SubtitleFormat, stream: Int) {
    (self.format, self.stream) = (format, stream)
    cues = subtitles.cues[...]
  }

  /// The next packet that begins at `frame` or before.
  mutating func next(upTo frame: Int) throws(MediaError) -> Packet? {
    guard let cue = cues.first, cue.frames.lowerBound <= frame else { return nil }
    cues.removeFirst()
    return try format.packet(
      SoftSubtitles.payload(cue, format), start: Int64(cue.frames.lowerBound),
      duration: Int64(cue.frames.count))
  }
}

extension Output.Container {
  var subtitleFormat: SubtitleFormat {
    switch self {
    case .mp4, .mov: .movText
    case .webm, .mkv: .webVTT
    }
  }
}

extension RenderRequest {
  /// The film's captions as a WebVTT file, for players, also where they are drawn into the picture. Nil where it has none.
  public var captionsWebVTT: String? { SoftSubtitles(whatIsSaidIn: self)?.webVTT }
}
