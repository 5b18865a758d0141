internal import Foundation

/// Says what a file is by its first bytes; its name only decides between kinds of text.
enum BriefSniffer {
  static func kind(ofHead head: Data, path: String) throws -> Brief.Kind {
    let suffix = URL(fileURLWithPath: path).pathExtension.lowercased()
    let isNamedText = ["md", "markdown", "txt", "text"].contains(suffix)
    if let place = head.prefix(1024).firstRange(of: Data("%PDF-".utf8)) {
      // A text about PDFs may hold the mark too, yet not at its very beginning.
      if place.lowerBound == head.startIndex || !isNamedText { return .pdf }
    }
    if suffix == "pdf" {
      throw BriefError(
        .damaged, path, "it is named .pdf, but is \(name(of: head) ?? "no PDF")",
        advice: "export the document as PDF again, or give its text as .md or .txt")
    }
    if let other = name(of: head) {
      throw BriefError(
        .unknownFormat, path, "it is \(other)",
        advice: "export it as PDF, or give its text as .md or .txt")
    }
    if suffix == "md" || suffix == "markdown" { return .markdown }
    if isNamedText { return .text }
    return looksLikeMarkdown(head) ? .markdown : .text
  }

  private static func name(of head: Data) -> String? {
    let marks: [(String, [UInt8])] = [
      ("a PNG picture", [0x89, 0x50, 0x4E, 0x47]), ("a JPEG picture", [0xFF, 0xD8, 0xFF]),
      ("a GIF picture", Array("GIF8".utf8)),
      ("a ZIP archive (Word, PowerPoint and Pages files are such)", [0x50, 0x4B, 3, 4]),
      ("an old Office document", [0xD0, 0xCF, 0x11, 0xE0]), ("a gzip archive", [0x1F, 0x8B]),
      ("a program", [0x7F, 0x45, 0x4C, 0x46]), ("a PostScript file", Array("%!PS".utf8)),
      ("an RTF document", Array("{\\rtf".utf8)),
      ("an MP4 or QuickTime film", [0, 0, 0]), ("a Matroska film", [0x1A, 0x45, 0xDF, 0xA3]),
    ]
    if let mark = marks.first(where: { head.starts(with: $0.1) }) { return mark.0 }
    let text = String(decoding: head.prefix(200), as: UTF8.self).lowercased()
    let start = text.drop { $0.isWhitespace || $0 == "\u{FEFF}" }
    return start.hasPrefix("<!doctype html") || start.hasPrefix("<html") ? "an HTML page" : nil
  }

  private static func looksLikeMarkdown(_ head: Data) -> Bool {
    String(decoding: head, as: UTF8.self).split(separator: "\n").contains {
      $0.hasPrefix("# ") || $0.hasPrefix("## ")
    }
  }
}
