internal import Foundation
internal import Media
public import SceneDocument

/// What text is made of beside the document: fonts, and the files that captions are read from.
public struct TextResources: Sendable {
  public var book: FontBook
  /// The bytes of words, SRT and VTT files, by asset id.
  public var captionFiles: [String: [UInt8]]

  public init(book: FontBook = FontBook(), captionFiles: [String: [UInt8]] = [:]) {
    (self.book, self.captionFiles) = (book, captionFiles)
  }
}

extension TextResources {
  /// Reads the fonts and caption files of a document; blocks.
  ///
  /// - Parameters:
  ///   - probes: the document's assets by id. A caption file that is not there is told by the timeline.
  ///   - unreadable: assets whose own error is told already.
  /// - Returns: with the resources, what is wrong with assets that could not be read, by id.
  public static func read(
    for document: SceneDocument, probes: [String: ProbedAsset], unreadable: Set<String> = [],
    shipped: ShippedFonts
  ) -> (resources: TextResources, problems: [String: AssetError]) {
    var problems: [String: AssetError] = [:]
    var files: [String: FontBook.File] = [:]
    for id in Set(document.styles.fonts.values.flatMap(\.assets)) {
      guard let probe = probes[id] else {
        guard !unreadable.contains(id) else { continue }
        problems[id] = AssetError(
          .missing, path: document.assets[id]?.path ?? id, problem: "the font is not there",
          remedy: "put it below the asset root, or correct its path")
        continue
      }
      do throws(MediaError) {
        let font = try FontFile(path: probe.location)
        try font.expectDrawable()
        files[id] = FontBook.File(sha256: probe.record.sha256, font: font)
      } catch {
        problems[id] = AssetError(
          .format, path: document.assets[id]?.path ?? id,
          problem: "it cannot be used as a font: \(error.detail ?? error.reason)",
          remedy: "give a .ttf, .otf or .ttc file")
      }
    }
    var captions: [String: [UInt8]] = [:]
    for id in Set(document.scenes.compactMap { $0.enabled ? $0.captions?.source.asset : nil }) {
      guard let probe = probes[id] else { continue }
      let path = document.assets[id]?.path ?? id
      if probe.record.bytes > CaptionFile.maximumBytes {
        problems[id] = AssetError(
          .limit, path: path,
          problem:
            "it has \(probe.record.bytes) bytes, captions at most \(CaptionFile.maximumBytes)",
          remedy: "give the words or cues of one scene")
      } else if let bytes = FileManager.default.contents(atPath: probe.location) {
        captions[id] = Array(bytes)
      } else {
        problems[id] = AssetError(
          .io, path: path, problem: "it can no longer be read", remedy: "start again")
      }
    }
    let book = FontBook(styles: document.styles, files: files, shipped: shipped)
    return (TextResources(book: book, captionFiles: captions), problems)
  }
}
