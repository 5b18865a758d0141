internal import Compositing
internal import Foundation
internal import GoldenFrames
internal import SceneDocument

/// Checks documents, several at a time, and gives the outcomes in the order they were named.
struct GoldenRun: Sendable {
  var assets: String?
  var cacheFolder: String?
  var jobs: Int
  var options: GoldenChecker.Options

  /// A document's outcome, with diagnostics that have places in its text.
  struct Outcome: Sendable {
    var outcome: GoldenOutcome
    var failure: Failure?
    var input: DocumentInput?
  }

  func check(_ documents: [String]) async throws -> [Outcome] {
    // As many documents at once as there are jobs; threads that are left over share the frames of each.
    let atOnce = max(1, min(jobs, documents.count))
    var run = self
    run.options.jobs = max(1, jobs / atOnce)
    let checker = run
    return try await withThrowingTaskGroup(of: (Int, [Outcome]).self) { group in
      var results: [Int: [Outcome]] = [:]
      var next = 0
      func start() {
        let (number, path) = (next, documents[next])
        group.addTask { (number, try await checker.check(path)) }
        next += 1
      }
      while next < atOnce { start() }
      while let (number, outcomes) = try await group.next() {
        results[number] = outcomes
        if next < documents.count { start() }
      }
      return documents.indices.flatMap { results[$0] ?? [] }
    }
  }

  /// The film of the document and those of its variants.
  private func check(_ path: String) async throws -> [Outcome] {
    var input: DocumentInput?
    do {
      let text = try DocumentInput(reading: path)
      input = text
      let preparation = try await prepare(text)
      var outcomes: [Outcome] = []
      for film in Film.all(of: preparation.prepared) {
        outcomes.append(try await check(path, film.variant, film.film, text))
      }
      let variants = preparation.variants.map(\.id)
      for lost in Golden.variants(ofDocument: path) where !variants.contains(lost) {
        let message =
          "'\(Golden.folder(ofDocument: path, variant: lost))': the document has no variant '\(lost)' any more\n  → bring it back, or remove the folder"
        outcomes.append(
          broken(path, lost, Failure(Diagnostic(.goldenMissing, message)), text))
      }
      return outcomes
    } catch let failure as Failure where failure.status != .cancelled {
      return [broken(path, SceneDocument.mainVariant, failure, input)]
    }
  }

  private func check(
    _ path: String, _ variant: String, _ film: Film, _ input: DocumentInput
  ) async throws -> Outcome {
    do {
      let golden = try Golden(reading: Golden.folder(ofDocument: path, variant: variant))
      let checker = try GoldenChecker(golden, options: options)
      let outcome = await GoldenOutcome.check(Self.name(path, variant), film, checker)
      try Task.checkCancellation()
      return Outcome(outcome: outcome, failure: Self.failure(outcome), input: input)
    } catch let error as GoldenError {
      return broken(path, variant, Failure(Diagnostic(error)), input)
    }
  }

  /// `film.json`, or `film.json (tall)` for a variant.
  static func name(_ path: String, _ variant: String) -> String {
    variant == SceneDocument.mainVariant ? path : "\(path) (\(variant))"
  }

  func prepare(_ text: DocumentInput) async throws -> Preparation {
    var preparer = Preparer(
      input: text, assetFolder: assets, cacheFolder: cacheFolder, jobs: options.jobs)
    preparer.provesContrast = false
    return try await preparer.prepare()
  }

  private func broken(
    _ path: String, _ variant: String, _ failure: Failure, _ input: DocumentInput?
  ) -> Outcome {
    let errors = failure.diagnostics.filter { $0.severity == .error }
    let reason = errors.map(\.message).joined(separator: "\n")
    return Outcome(
      outcome: GoldenOutcome(name: Self.name(path, variant), result: .broken(reason)),
      failure: failure, input: input)
  }

  private static func failure(_ outcome: GoldenOutcome) -> Failure? {
    switch outcome.result {
    case .match: nil
    case .differs: Failure(Diagnostic(.goldenDiffers, outcome.text))
    case .broken: Failure(.failed, [Diagnostic(.internalError, outcome.text)])
    }
  }
}
