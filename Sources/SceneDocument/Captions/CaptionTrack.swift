/// What a caption file holds: words with their times, or cues.
public struct CaptionTrack: Sendable, Hashable {
  /// In the order of their starts; empty for a file of cues.
  public var words: [TimedWord]
  /// In the order of their starts; empty for a file of words. Two may be shown at once.
  public var cues: [TimedCue]
  /// BCP 47, where the file names it.
  public var language: String?

  public init(words: [TimedWord] = [], cues: [TimedCue] = [], language: String? = nil) {
    (self.words, self.cues, self.language) = (words, cues, language)
  }

  /// The end of the last word or cue, in microseconds; 0 where there is none.
  public var end: Int64 { max(words.map(\.end).max() ?? 0, cues.map(\.end).max() ?? 0) }
}

/// One word, with the punctuation that stands at it.
public struct TimedWord: Sendable, Hashable {
  /// Without white space.
  public var text: String
  /// Microseconds from the start of the narration's file; the end is open.
  public var start: Int64
  public var end: Int64

  public init(_ text: String, start: Int64, end: Int64) {
    (self.text, self.start, self.end) = (text, start, end)
  }
}

/// One caption of a subtitle file, without its markup.
public struct TimedCue: Sendable, Hashable {
  /// Microseconds from the start of the narration's file; the end is open and after the start.
  public var start: Int64
  public var end: Int64
  /// The text, its lines parted by line feeds.
  public var lines: String
  /// The line of the file with the cue's times, from 1.
  public var line: Int
  /// The words with times of their own, where the file has them inside the text; else empty.
  public var words: [TimedWord]

  public init(start: Int64, end: Int64, lines: String, line: Int = 1, words: [TimedWord] = []) {
    (self.start, self.end, self.lines) = (start, end, lines)
    (self.line, self.words) = (line, words)
  }
}

/// What is wrong with a caption file, and where.
public struct CaptionFileError: Error, Sendable, Hashable, CustomStringConvertible {
  public var code: DiagnosticCode
  /// Both from 1; columns count UTF-16 units.
  public var line: Int
  public var column: Int
  /// Says what is wrong and what to do.
  public var message: String

  public init(_ code: DiagnosticCode, line: Int, column: Int = 1, _ message: String) {
    (self.code, self.line, self.column, self.message) = (code, line, column, message)
  }

  public var description: String { "line \(line), column \(column): \(message)" }
}
