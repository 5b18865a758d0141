internal import Foundation

/// Takes the text out of a verified PDF with `pdftotext`, some pages at a time.
struct PDFTextChild {
  struct Text {
    var pages: [PDFPage]
    var warnings: [String]
  }
  let path: String
  let limits: BriefLimits
  var program = "pdftotext"
  /// Of Debian's poppler-data. Without it the text of Korean, Japanese and Chinese fonts vanishes silently.
  var characterMaps = "/usr/share/poppler/cMap/Adobe-Korea1"

  /// Throws `BriefError`, or `CancellationError`.
  func pages(count: Int) async throws -> Text {
    let executable = try self.executable()
    var text = Text(pages: [], warnings: [])
    var characters = 0
    for first in stride(from: 1, through: count, by: max(1, limits.pagesPerChild)) {
      try Task.checkCancellation()
      let last = min(count, first + max(1, limits.pagesPerChild) - 1)
      let found = try await read(executable, first, last)
      text.pages += found
      characters += found.reduce(0) { $0 + $1.characters }
      if characters > limits.characters, last < count {
        text.warnings.append(
          "only the first \(last) of \(count) pages were read: they hold \(characters) characters")
        break
      }
    }
    return text
  }

  private func read(_ executable: String, _ first: Int, _ last: Int) async throws -> [PDFPage] {
    let child = LimitedChild(
      executable: executable,
      arguments: ["-q", "-bbox-layout", "-enc", "UTF-8", "-f", "\(first)", "-l", "\(last)"],
      path: path, trailing: ["-"], limits: limits)
    let output = try await child.run(output: limits.childOutput)
    guard output.status == 0 else {
      throw BriefError(
        .damaged, path, at: first == last ? "page \(first)" : "pages \(first) to \(last)",
        "pdftotext could not read it (exit code \(output.status))",
        advice: "export it again, or give the text as .md or .txt")
    }
    var pages = PDFLayout.pages(of: output.bytes, first: first)
    // A page that is counted and not shown is an empty one.
    while pages.count < last - first + 1 { pages.append(PDFPage(number: first + pages.count)) }
    return Array(pages.prefix(last - first + 1))
  }

  private func executable() throws -> String {
    guard FileManager.default.fileExists(atPath: characterMaps) else {
      throw BriefError(
        .missingTool, path,
        "the character maps of Korean, Japanese and Chinese are missing on this machine; their text would vanish",
        advice: "install Debian's package poppler-data (apt-get install poppler-data)")
    }
    let places =
      program.contains("/")
      ? [program] : ["/usr/bin/", "/usr/local/bin/", "/bin/"].map { $0 + program }
    guard let found = places.first(where: FileManager.default.isExecutableFile) else {
      throw LimitedChild.missing(program, path)
    }
    return found
  }
}
