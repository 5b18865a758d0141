/// Which PDFs are taken, and what is said to those who brought the others.
struct PDFPolicy {
  struct Verdict: Equatable {
    var pages: Int
    var title: String?
    var warnings: [String]
  }
  let path: String
  let limits: BriefLimits

  func check(_ found: PDFInspection) throws -> Verdict {
    if let fault = found.fault { throw error(fault, found.detail) }
    guard found.allowsExtraction else {
      throw BriefError(
        .extractionForbidden, path, "its author has forbidden to take the text out",
        advice: "ask for a copy without this restriction, or give the text as .md or .txt")
    }
    guard found.pages > 0 else {
      throw BriefError(
        .noText, path, "it has no pages", advice: "export the document as PDF again")
    }
    guard found.pages <= limits.pages else {
      throw BriefError(
        .tooManyPages, path, "it has \(found.pages) pages, at most \(limits.pages) are read",
        advice: "give only the chapters that the film is about")
    }
    return Verdict(
      pages: found.pages, title: Self.usable(found.title),
      warnings: found.warnings.map { "the PDF was repaired while it was read: \($0)" })
  }

  private func error(_ fault: PDFInspection.Fault, _ detail: String) -> BriefError {
    let words = detail.isEmpty ? "" : " (\(detail))"
    return switch fault {
    case .password:
      BriefError(
        .locked, path, "it is locked with a password",
        advice: "save a copy without password (qpdf --decrypt --password=… IN OUT), and give that")
    case .system:
      BriefError(
        .unreadable, path, "it cannot be read\(words)", advice: "check the path and its permissions"
      )
    case .unsupported:
      BriefError(
        .damaged, path, "it uses a kind of PDF that cannot be read\(words)",
        advice: "print it into a new PDF, or give the text as .md or .txt")
    case .internal, .damaged, .pages:
      BriefError(
        .damaged, path, "it is damaged or no whole PDF\(words)",
        advice: "export or download it again; or give the text as .md or .txt")
    }
  }

  /// Titles that programs put there by themselves are none.
  private static func usable(_ title: String) -> String? {
    let lower = title.lowercased()
    let endings = [
      ".doc", ".docx", ".pdf", ".html", ".htm", ".indd", ".tex", ".dvi", ".ppt", ".pptx", ".md",
      ".txt", ".odt",
    ]
    guard title.count >= 3, title.contains(where: \.isLetter),
      !lower.hasPrefix("microsoft "), !lower.hasPrefix("untitled"), !lower.contains("://"),
      !endings.contains(where: lower.hasSuffix)
    else { return nil }
    return title
  }
}
