internal import Compositing
internal import Previewing
internal import SceneDocument

extension Preparer {
  /// Reads texts of the document as the preview asks for them.
  func projectReader(variant: String?) -> ProjectReader {
    { [self] text, scope in
      var preparer = self
      preparer.input = input.repaired(text)
      // A variant is looked at when all of the document is known; a first picture would be of another size.
      let isFirst = scope == .firstScene
      if isFirst, variant != nil { return PreviewProject(request: nil, diagnostics: [], files: []) }
      preparer.onlyFirstScene = isFirst
      preparer.provesContrast = scope == .proven
      return await preparer.project(variant)
    }
  }

  private func project(_ variant: String?) async -> PreviewProject {
    let files = (try? read()).map(assetPaths) ?? []
    do {
      let preparation = try await prepare()
      return PreviewProject(
        request: try VariantOptions.request(
          variant ?? SceneDocument.mainVariant, of: preparation), source: preparation.source,
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
