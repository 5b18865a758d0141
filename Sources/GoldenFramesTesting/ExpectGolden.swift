public import GoldenFrames
internal import SceneDocument
public import Testing

/// Expects a document's film, and those of its variants, to be the ones of its golden.
///
/// ```swift
/// @Test func titles() async throws {
///   try await expectGolden("Fixtures/titles.json")
/// }
/// ```
///
/// Where the film differs, an issue is recorded that says which frames, by how much, which layer changed, and where
/// the report is: a folder below `reports` with one page to look at. A golden that is missing or damaged, and a
/// document that is wrong, are issues too. Nothing is ever recorded from here: that is for `reelnode golden record`.
///
/// - Parameters:
///   - document: path of the scene document; `NAME.golden` lies beside `NAME.json`.
///   - assets: the folder its assets are below; nil is its own.
///   - reports: the folder for reports; nil takes `$REELNODE_GOLDEN_REPORT`, or `golden-report` in the folder for
///     temporary files.
/// - Returns: true when it is the same film.
@discardableResult
public func expectGolden(
  _ document: String, assets: String? = nil, reports: String? = nil,
  options: GoldenChecker.Options = GoldenChecker.Options(),
  sourceLocation: SourceLocation = #_sourceLocation
) async throws -> Bool {
  do {
    var isMatch = true
    for (variant, film) in try await Film.all(ofDocument: document, assets: assets) {
      let isMain = variant == SceneDocument.mainVariant
      let same = try await expectGolden(
        film, folder: Golden.folder(ofDocument: document, variant: variant),
        named: isMain ? document : "\(document) (\(variant))", reports: reports, options: options,
        sourceLocation: sourceLocation)
      isMatch = isMatch && same
    }
    return isMatch
  } catch let problem as DocumentProblem {
    Issue.record("\(problem)", sourceLocation: sourceLocation)
    return false
  }
}

/// The same for a film that is already there, and the golden in `folder`.
@discardableResult
public func expectGolden(
  _ film: some FilmFrames, folder: String, named name: String, reports: String? = nil,
  options: GoldenChecker.Options = GoldenChecker.Options(),
  sourceLocation: SourceLocation = #_sourceLocation
) async throws -> Bool {
  do throws(GoldenError) {
    let golden = try Golden(reading: folder)
    let checker = try GoldenChecker(golden, options: options)
    let outcome = await GoldenOutcome.check(name, film, checker)
    if outcome.isMatch { return true }
    let report = GoldenReport.write(
      [outcome], below: reports ?? GoldenReport.defaultFolder, named: name)
    Issue.record("\(outcome.text)\n  → look at \(report)", sourceLocation: sourceLocation)
  } catch {
    Issue.record("\(error)", sourceLocation: sourceLocation)
  }
  return false
}
