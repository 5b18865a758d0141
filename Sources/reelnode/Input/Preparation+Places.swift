internal import Compositing
internal import Media
internal import SceneDocument

extension Preparation {
  /// A diagnostic of the renderer, which knows the document's pointers but not its text, with its place in it.
  func placed(_ diagnostic: Diagnostic) -> Diagnostic {
    guard diagnostic.line == nil, !diagnostic.pointer.isEmpty else { return diagnostic }
    var placed = self.source.diagnostic(
      diagnostic.code, at: diagnostic.pointer, isAboutKey: true, diagnostic.message)
    placed.severity = diagnostic.severity
    return placed
  }

  /// What ended a render, told where the document names the file it is about.
  func failure(_ error: any Error) -> Failure {
    var failure = Failure(error)
    if let media = error as? MediaError, let subject = media.subject,
      let id = self.probes.first(where: { $0.value.location == subject })?.key
    {
      for index in failure.diagnostics.indices {
        failure.diagnostics[index].pointer = "/assets/\(id)"
      }
    }
    failure.diagnostics = failure.diagnostics.map(placed)
    return failure
  }
}
