internal import Compositing
internal import Previewing
internal import SceneDocument

extension Preparer {
  /// Reads texts of the document as the preview asks for them.
  var projectReader: ProjectReader {
    { [self] text, scope in
      var preparer = self
      preparer.input = input.repaired(text)
      preparer.onlyFirstScene = scope == .firstScene
      return await preparer.project()
    }
  }

  private func project() async -> PreviewProject {
    let files = (try? read()).map(assetPaths) ?? []
    do {
      let preparation = try await prepare()
      return PreviewProject(
        request: preparation.request, source: preparation.source,
        diagnostics: preparation.warnings, files: files)
    } catch {
      return PreviewProject(request: nil, diagnostics: Failure(error).diagnostics, files: files)
    }
  }

  private func assetPaths(_ reading: DocumentReading) -> [String] {
    guard let root = try? AssetRoot(path: assetFolder ?? input.folder) else { return [] }
    return reading.document?.assets.compactMap { try? root.location(of: $0.path) } ?? []
  }
}
