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
    return try await withThrowingTaskGroup(of: (Int, Outcome).self) { group in
      var results: [Int: Outcome] = [:]
      var next = 0
      func start() {
        let (number, path) = (next, documents[next])
        group.addTask { (number, try await checker.check(path)) }
        next += 1
      }
      while next < atOnce { start() }
      while let (number, outcome) = try await group.next() {
        results[number] = outcome
        if next < documents.count { start() }
      }
      return documents.indices.compactMap { results[$0] }
    }
  }

  private func check(_ path: String) async throws -> Outcome {
    var input: DocumentInput?
    do {
      let text = try DocumentInput(reading: path)
      input = text
      let golden = try Golden(reading: Golden.folder(ofDocument: path))
      let checker = try GoldenChecker(golden, options: options)
      let preparation = try await prepare(text)
      let outcome = await GoldenOutcome.check(path, Film(preparation.request), checker)
      try Task.checkCancellation()
      return Outcome(outcome: outcome, failure: Self.failure(outcome), input: text)
    } catch let error as GoldenError {
      return broken(path, Failure(Diagnostic(error)), input)
    } catch let failure as Failure where failure.status != .cancelled {
      return broken(path, failure, input)
    }
  }

  func prepare(_ text: DocumentInput) async throws -> Preparation {
    try await Preparer(
      input: text, assetFolder: assets, cacheFolder: cacheFolder, jobs: options.jobs
    ).prepare()
  }

  private func broken(_ path: String, _ failure: Failure, _ input: DocumentInput?) -> Outcome {
    let errors = failure.diagnostics.filter { $0.severity == .error }
    let reason = errors.map(\.message).joined(separator: "\n")
    return Outcome(
      outcome: GoldenOutcome(name: path, result: .broken(reason)), failure: failure, input: input)
  }

  private static func failure(_ outcome: GoldenOutcome) -> Failure? {
    switch outcome.result {
    case .match: nil
    case .differs: Failure(Diagnostic(.goldenDiffers, outcome.text))
    case .broken: Failure(.failed, [Diagnostic(.internalError, outcome.text)])
    }
  }
}
