/// What text is made of beside the document: fonts, and the files that captions are read from.
public struct TextResources: Sendable {
  public var book: FontBook
  /// The bytes of words, SRT and VTT files, by asset id.
  public var captionFiles: [String: [UInt8]]

  public init(book: FontBook = FontBook(), captionFiles: [String: [UInt8]] = [:]) {
    (self.book, self.captionFiles) = (book, captionFiles)
  }

  /// Larger caption files are refused.
  public static let captionFileLimit = 8 << 20
}
