internal import SceneDocument

/// Writes diagnostics for people, as compilers do: where, what, the line of the text with a mark under it,
/// and what to do.
struct DiagnosticText {
  let input: DocumentInput?
  let console: Console

  /// `film.json:41:9: error: scene 's4': unknown key 'postion' in a layer [E_UNKNOWN_KEY]` and so on.
  func text(_ diagnostic: Diagnostic) -> String {
    var parts = diagnostic.message.split(separator: "\n", omittingEmptySubsequences: false)
      .map(String.init)
    var lines = [place(diagnostic) + severity(diagnostic) + head(parts.removeFirst(), diagnostic)]
    if let line = diagnostic.line, let column = diagnostic.column, let input,
      let excerpt = SourceExcerpt(
        input.text, line: line, column: column, length: diagnostic.length ?? 1)
    {
      let number = String(line)
      let margin = String(repeating: " ", count: max(5 - number.count, 0))
      lines.append("\(margin)\(number) | \(excerpt.line)")
      lines.append("      | " + console.styled(excerpt.marks, .caret))
    }
    lines += parts
    if let hint = hint(diagnostic) { lines.append("  → " + hint) }
    return lines.joined(separator: "\n")
  }

  private func place(_ diagnostic: Diagnostic) -> String {
    guard let input else { return console.styled("reelnode: ", .bold) }
    guard let line = diagnostic.line else { return console.styled("\(input.label): ", .bold) }
    return console.styled("\(input.label):\(line):\(diagnostic.column ?? 1): ", .bold)
  }

  private func severity(_ diagnostic: Diagnostic) -> String {
    switch diagnostic.severity {
    case .error: console.styled("error: ", .error)
    case .warning: console.styled("warning: ", .warning)
    }
  }

  private func head(_ message: String, _ diagnostic: Diagnostic) -> String {
    var head = message
    if let scene = diagnostic.scene, !message.contains("scene '\(scene)'") {
      head = "scene '\(scene)': " + head
    }
    return head + console.styled(" [\(diagnostic.code.rawValue)]", .quiet)
  }

  /// What to do, where the message itself does not say it.
  private func hint(_ diagnostic: Diagnostic) -> String? {
    if diagnostic.message.contains("→") { return nil }
    if let suggestion = diagnostic.suggestion {
      let isSafe = diagnostic.patchSafe == true
      return "did you mean '\(suggestion)'?" + (isSafe ? " 'validate --fix' writes it" : "")
    }
    guard let allowed = diagnostic.allowed, !allowed.isEmpty else { return nil }
    return "one of: " + allowed.joined(separator: ", ")
  }
}
