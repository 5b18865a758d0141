internal import SceneDocument

/// Writes diagnostics for people, as compilers do: where, what, the line of the text with a mark under it,
/// and what to do.
struct DiagnosticText {
  let input: DocumentInput?
  let console: Console

  /// `film.json:41:9: error: scene 's4': unknown key 'postion' in a layer [E_UNKNOWN_KEY]` and so on.
  func text(_ diagnostic: Diagnostic) -> String {
    if diagnostic.code == .cancelled { return diagnostic.message }
    var parts = Self.printable(diagnostic.message)
      .split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let hint = hint(diagnostic)
    if hint != nil { parts[0] = Self.withoutQuestion(parts[0]) }
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
    if let hint { lines.append("  → " + hint) }
    return lines.joined(separator: "\n")
  }

  /// The message asks what was meant, too; that stands better below the mark.
  static func withoutQuestion(_ message: String) -> String {
    guard let question = message.firstRange(of: "; did you mean '") else { return message }
    return String(message[..<question.lowerBound])
  }

  /// What comes from a file cannot move the cursor.
  private static func printable(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      let isControl = scalar.properties.generalCategory == .control && scalar != "\n"
      result.unicodeScalars.append(isControl ? "\u{FFFD}" : scalar)
    }
    return result
  }

  private func place(_ diagnostic: Diagnostic) -> String {
    guard let input, let line = diagnostic.line else {
      return console.styled("reelnode: ", .bold)
    }
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
      return "did you mean '\(suggestion)'?"
        + (isSafe ? " 'reelnode validate --fix' writes it" : "")
    }
    guard let allowed = diagnostic.allowed, !allowed.isEmpty else { return nil }
    return "one of: " + allowed.joined(separator: ", ")
  }
}
