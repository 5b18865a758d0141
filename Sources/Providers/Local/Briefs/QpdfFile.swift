internal import CQpdf

/// One file opened by qpdf. The only place that calls it.
///
/// Owns one `qpdf_data`. Not `Sendable`: qpdf's objects belong to one thread.
@safe
final class QpdfFile {
  private var data: qpdf_data
  private let readCode: Int32

  /// nil where qpdf has no memory. A file that cannot be read is told by `inspection`.
  init?(_ path: String) {
    guard let data = unsafe qpdf_init() else { return nil }
    unsafe self.data = unsafe data
    unsafe qpdf_set_suppress_warnings(data, 1)
    unsafe qpdf_silence_errors(data)
    readCode = unsafe qpdf_read(data, path, nil)
  }

  deinit {
    var data: qpdf_data? = unsafe data
    unsafe qpdf_cleanup(&data)
  }

  func inspection() -> PDFInspection {
    var found = PDFInspection()
    if readCode & Int32(QPDF_ERRORS) != 0 {
      (found.fault, found.detail) = error()
    } else {
      found.isEncrypted = unsafe qpdf_is_encrypted(data) != 0
      found.allowsExtraction = !found.isEncrypted || (unsafe qpdf_allow_extract_all(data) != 0)
      found.title = title()
      countPages(&found)
      if found.fault == nil, unsafe qpdf_has_error(data) != 0 {
        (found.fault, found.detail) = error()
      }
    }
    found.warnings = warnings()
    return found
  }

  /// Walks the page tree itself: qpdf's own walk recurses, and a tree of a hundred thousand levels ends the process.
  private func countPages(_ found: inout PDFInspection) {
    let root = unsafe qpdf_oh_get_key(data, qpdf_get_root(data), "/Pages")
    guard unsafe qpdf_oh_is_dictionary(data, root) != 0 else {
      (found.fault, found.detail) = (.pages, "the catalogue has no page tree")
      return
    }
    var waiting: [(node: qpdf_oh, depth: Int)] = [(root, 0)]
    var seen: Set<Int32> = []
    var visited = 0
    while let (node, depth) = waiting.popLast() {
      visited += 1
      guard visited <= 200_000, depth <= 1000 else {
        (found.fault, found.detail) = (.pages, "the page tree has too many branches or levels")
        return
      }
      guard let kids = kids(of: node) else {
        found.pages += 1
        continue
      }
      let number = unsafe qpdf_oh_get_object_id(data, node)
      if number != 0, !seen.insert(number).inserted {
        (found.fault, found.detail) = (.pages, "the page tree leads back to itself")
        return
      }
      waiting += kids.map { ($0, depth + 1) }
    }
  }

  /// nil for what is no branch.
  private func kids(of node: qpdf_oh) -> [qpdf_oh]? {
    guard unsafe qpdf_oh_is_dictionary(data, node) != 0 else { return [] }
    let kids = unsafe qpdf_oh_get_key(data, node, "/Kids")
    guard unsafe qpdf_oh_is_array(data, kids) != 0 else { return nil }
    let count = unsafe qpdf_oh_get_array_n_items(data, kids)
    return (0..<min(max(count, 0), 100_000)).map { unsafe qpdf_oh_get_array_item(data, kids, $0) }
  }

  private func title() -> String {
    let info = unsafe qpdf_oh_get_key(data, qpdf_get_trailer(data), "/Info")
    guard unsafe qpdf_oh_is_dictionary(data, info) != 0 else { return "" }
    let title = unsafe qpdf_oh_get_key(data, info, "/Title")
    guard unsafe qpdf_oh_is_string(data, title) != 0 else { return "" }
    return unsafe text(qpdf_oh_get_utf8_value(data, title))
  }

  private func error() -> (PDFInspection.Fault, String) {
    guard unsafe qpdf_has_error(data) != 0, let error = unsafe qpdf_get_error(data) else {
      return (.damaged, "")
    }
    let code = unsafe qpdf_get_error_code(data, error).rawValue
    let detail = unsafe text(qpdf_get_error_message_detail(data, error))
    return (PDFInspection.Fault(rawValue: Int(code)) ?? .internal, detail)
  }

  private func warnings() -> [String] {
    var warnings: [String] = []
    while warnings.count < 20, unsafe qpdf_more_warnings(data) != 0,
      let warning = unsafe qpdf_next_warning(data)
    {
      warnings.append(unsafe text(qpdf_get_error_message_detail(data, warning)))
    }
    return warnings
  }

  private func text(_ pointer: UnsafePointer<CChar>?) -> String {
    guard let pointer = unsafe pointer else { return "" }
    return PlainText.cleaned(unsafe String(cString: pointer).prefix(300))
  }
}
