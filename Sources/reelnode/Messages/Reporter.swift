internal import SceneDocument

/// Tells how a command went: diagnostics to people, one JSON value to programs, a status to the shell.
struct Reporter: Sendable {
  let console: Console
  /// Warnings are told as errors and change the exit status.
  var isStrict = false
  /// What diagnostics point into, once it is read.
  var input: DocumentInput?

  init(_ console: Console) { self.console = console }

  /// Diagnostics as this command tells them.
  func judged(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    guard isStrict else { return diagnostics }
    return diagnostics.map {
      var diagnostic = $0
      diagnostic.severity = .error
      return diagnostic
    }
  }

  func say(_ diagnostics: [Diagnostic]) {
    let writer = DiagnosticText(input: input, console: console)
    for diagnostic in judged(diagnostics) { console.say(writer.text(diagnostic)) }
  }

  /// Tells of a command that ended without success.
  func finish(_ failure: Failure) -> ExitStatus {
    say(failure.diagnostics)
    let errors = failure.diagnostics.count { $0.severity == .error }
    if errors > 1 {
      let isCut = failure.diagnostics.count >= DocumentSource.maximumDiagnostics
      console.say(isCut ? "\(errors) errors, perhaps more" : "\(errors) errors")
    }
    if console.json {
      var members: [JSONValue.Member] = [.init("state", .string(failure.status.state))]
      if let input { members.append(.init("document_sha256", .string(sha256(of: input.text)))) }
      members.append(
        .init("diagnostics", .array(judged(failure.diagnostics).map(\.json))))
      console.print(.object(members))
    }
    return failure.status
  }

  /// The status of a command that did its work and has these warnings to tell.
  func status(warnings: [Diagnostic]) -> ExitStatus {
    isStrict && !warnings.isEmpty ? .warnings : .done
  }
}
