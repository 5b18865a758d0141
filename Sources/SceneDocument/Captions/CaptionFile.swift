/// Reads the files that captions come from: words with times, SubRip, WebVTT, and the answers of a
/// speech service. Any bytes whatever give a track or an error.
public enum CaptionFile {
  /// No caption file is larger.
  public static let maximumBytes = 8 * 1024 * 1024
  /// A speech service's answer may hold the sound itself.
  public static let maximumAlignmentBytes = 64 * 1024 * 1024
  public static let maximumCues = 20_000
  public static let maximumWords = 100_000

  public enum Kind: String, DocumentWord { case words, srt, vtt, elevenlabs }

  /// What the bytes look like, by their beginning.
  public static func kind(of bytes: [UInt8]) -> Kind {
    var rest = bytes.prefix(64 * 1024)
    if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
    let text = rest.drop { $0 == 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
    if text.starts(with: "WEBVTT".utf8) { return .vtt }
    guard text.first == UInt8(ascii: "{") else { return .srt }
    let isAlignment = ["\"audio_base64\"", "\"alignment\"", "\"characters\"", "\"detail\""]
      .contains { bytes.prefix(1024).contains(sequence: $0) || text.contains(sequence: $0) }
    return isAlignment ? .elevenlabs : .words
  }

  /// Whether text has the form of a language tag of BCP 47, such as `ko` or `zh-Hant`.
  public static func isLanguage(_ text: String) -> Bool { DocumentDecoder.isLanguage(text) }

  public static func read(
    _ bytes: [UInt8], as kind: Kind
  ) throws(CaptionFileError) -> CaptionTrack {
    switch kind {
    case .words: try words(bytes)
    case .srt: try srt(bytes)
    case .vtt: try vtt(bytes)
    case .elevenlabs: try alignment(bytes)
    }
  }

  static func checkSize(_ bytes: [UInt8], atMost limit: Int) throws(CaptionFileError) {
    guard bytes.count > limit else { return }
    throw CaptionFileError(
      .limit, line: 1,
      "the file is larger than \(limit / 1024 / 1024) MiB: split it, or check that it holds captions"
    )
  }

  /// The place of a byte, as an error.
  static func error(
    _ code: DiagnosticCode, _ text: SourceText, at offset: Int, _ message: String
  ) -> CaptionFileError {
    let place = text.place(of: offset)
    return CaptionFileError(code, line: place.line, column: place.column, message)
  }
}

extension Sequence<UInt8> where Self: RandomAccessCollection, Index == Int {
  /// Whether these bytes stand somewhere in a row.
  fileprivate func contains(sequence text: String) -> Bool {
    let wanted = Array(text.utf8)
    guard count >= wanted.count else { return false }
    for start in startIndex...(endIndex - wanted.count)
    where self[start] == wanted[0] && self[start..<start + wanted.count].elementsEqual(wanted) {
      return true
    }
    return false
  }
}
