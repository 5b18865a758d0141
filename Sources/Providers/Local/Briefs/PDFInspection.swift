/// What qpdf says of a file.
public struct PDFInspection: Sendable, Codable, Hashable {
  /// qpdf's error codes; see `qpdf_error_code_e`.
  public enum Fault: Int, Sendable, Codable {
    case `internal` = 1
    case system = 2
    case unsupported = 3
    case password = 4
    case damaged = 5
    case pages = 6
  }
  public var fault: Fault?
  /// qpdf's own words for the fault.
  public var detail: String
  public var pages: Int
  public var isEncrypted: Bool
  public var allowsExtraction: Bool
  /// From the file's information dictionary; often a program's invention.
  public var title: String
  /// qpdf's words for what it repaired, at most twenty.
  public var warnings: [String]

  public init(
    fault: Fault? = nil, detail: String = "", pages: Int = 0, isEncrypted: Bool = false,
    allowsExtraction: Bool = true, title: String = "", warnings: [String] = []
  ) {
    (self.fault, self.detail, self.pages) = (fault, detail, pages)
    (self.isEncrypted, self.allowsExtraction) = (isEncrypted, allowsExtraction)
    (self.title, self.warnings) = (title, warnings)
  }

  /// Reads the file in this process. Never throws: what is wrong is part of the answer.
  ///
  /// Expands compressed tables without a limit, so a hostile file can take all memory; a node calls it in a
  /// child (`PDFInspector.child`).
  public static func inspecting(_ path: String) -> PDFInspection {
    guard let file = QpdfFile(path) else {
      return PDFInspection(fault: .internal, detail: "qpdf could not be started")
    }
    return file.inspection()
  }
}
