internal import Foundation
internal import SceneDocument

/// Reads briefs: PDF, Markdown and plain text, told apart by their bytes.
///
/// Nothing of a brief is ever used as a path, a command or markup: what comes out are plain strings.
public struct BriefReader: Sendable {
  public var limits: BriefLimits
  /// Verifies PDFs.
  public var inspector: PDFInspector

  public init(limits: BriefLimits = BriefLimits(), inspector: PDFInspector = .inProcess) {
    (self.limits, self.inspector) = (limits, inspector)
  }

  /// Throws `BriefError`, or `CancellationError` soon after its task was cancelled.
  public func read(_ path: String) async throws -> Brief {
    let file = try BriefFile(path)
    if file.size == 0 {
      throw BriefError(.empty, path, "the file is empty", advice: "write the brief into it")
    }
    let kind = try BriefSniffer.kind(ofHead: file.head(4096), path: path)
    try check(file.size, kind, path)
    let brief =
      kind == .pdf ? try await readPDF(file) : try readText(file, as: kind)
    guard try BriefFile(path) == file else {
      throw BriefError(
        .changed, path, "the file was changed while it was read",
        advice: "try again when it is written whole")
    }
    return brief
  }

  private func check(_ size: Int64, _ kind: Brief.Kind, _ path: String) throws {
    let most = kind == .pdf ? limits.pdfBytes : limits.textBytes
    guard size > most else { return }
    throw BriefError(
      .tooLarge, path, "it has \(size) bytes, at most \(most) are read",
      advice: "give a shorter brief, or only the chapters that the film is about")
  }

  private func readText(_ file: BriefFile, as kind: Brief.Kind) throws -> Brief {
    let bytes = try file.contents()
    var text = try TextDecoder.decode(bytes, path: file.path)
    var warnings: [String] = []
    if text.unicodeScalars.count > limits.characters {
      text = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limits.characters)))
      warnings.append("only the first \(limits.characters) characters were read")
    }
    let outline =
      kind == .markdown ? MarkdownReader().read(text) : PlainTextReader().read(text)
    guard outline.blocks.contains(where: { $0.text.contains(where: Self.isSpeakable) }) else {
      throw BriefError(
        .noText, file.path, "there are no words in it", advice: "write the brief into it")
    }
    let page = ParsedDocument.Page(number: 1, blocks: outline.blocks)
    return Brief(
      path: file.path, kind: kind, sha256: sha256(of: Array(bytes)), size: file.size,
      document: document([page], title: outline.title, warnings: warnings))
  }

  private func readPDF(_ file: BriefFile) async throws -> Brief {
    let sha256 = try file.sha256()
    let inspection = try await inspector.inspect(file.path, limits: limits)
    let verdict = try PDFPolicy(path: file.path, limits: limits).check(inspection)
    let text = try await PDFTextChild(path: file.path, limits: limits).pages(count: verdict.pages)
    let outline = PDFOutline(pages: text.pages)
    let warnings = verdict.warnings + text.warnings + outline.warnings
    guard outline.pages.contains(where: { !$0.blocks.isEmpty }) else {
      throw BriefError(
        .noText, file.path,
        "none of its \(verdict.pages) page(s) has a text layer; they are probably scanned pictures",
        advice:
          "run text recognition over it first (for example ocrmypdf), or give the text as .md or .txt"
      )
    }
    return Brief(
      path: file.path, kind: .pdf, sha256: sha256, size: file.size,
      document: document(
        outline.pages, title: outline.title ?? verdict.title, warnings: warnings))
  }

  private func document(
    _ pages: [ParsedDocument.Page], title: String?, warnings: [String]
  ) -> ParsedDocument {
    let blocks = pages.flatMap(\.blocks)
    let heading = blocks.first { $0.kind == .heading }?.text
    let name = title ?? heading ?? PlainText.opening(blocks.first?.text ?? "")
    return ParsedDocument(
      title: PlainText.shortened(name, to: 120),
      language: LanguageGuess.language(of: blocks.map(\.text)), pages: pages, warnings: warnings)
  }

  static func isSpeakable(_ character: Character) -> Bool {
    character.isLetter || character.isNumber
  }
}
