internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

/// A document with its assets read and every duration settled: all that planning and rendering need.
struct Preparation {
  let input: DocumentInput
  let document: SceneDocument
  let source: DocumentSource
  let root: AssetRoot
  /// By asset id.
  let probes: [String: ProbedAsset]
  let timeline: Timeline
  /// The document as each of its variants sees it, with its timeline, in the document's order.
  let variants: [Variant]
  private(set) var warnings: [Diagnostic]
  /// How long reading, probing and laying out took.
  private(set) var clock: PhaseClock

  struct Variant {
    var id: String
    var document: SceneDocument
    var timeline: Timeline
  }

  /// The film of the output itself.
  var request: RenderRequest { request(document, timeline) }

  func request(_ variant: Variant) -> RenderRequest { request(variant.document, variant.timeline) }

  private func request(_ document: SceneDocument, _ timeline: Timeline) -> RenderRequest {
    RenderRequest(
      document: document, documentSHA256: sha256(of: input.text), timeline: timeline,
      files: PictureFiles(
        Dictionary(
          probes.values.map { ($0.record.sha256, $0.location) }, uniquingKeysWith: { $1 })),
      warnings: warnings)
  }
}

extension Preparation {
  /// Looks at text in frames of the film, the last of the proofs before rendering.
  fileprivate mutating func proveContrast() async throws {
    let source = source
    let requests = [request] + variants.map { request($0) }
    let interrupt = Interrupt()
    let found = try await withTaskCancellationHandler {
      try await blocking {
        try requests.flatMap { try ContrastProof($0, interrupt: interrupt).warnings(source) }
      }
    } onCancel: {
      interrupt.cancel()
    }
    var told: Set<Diagnostic> = []
    warnings = source.report(warnings + found.filter { told.insert($0).inserted })
    clock.mark("proof")
  }
}

/// The way from a document's text to a timeline. Every stage tells all its problems at once.
struct Preparer {
  var input: DocumentInput
  var reading = ReadingOptions()
  /// Nil: the document's folder.
  var assetFolder: String?
  /// Keeps what was found in files; nil reads them anew.
  var cacheFolder: String?
  var jobs = ProcessInfo.processInfo.activeProcessorCount
  /// Frames with text are drawn and looked at; not needed where no warning is told.
  var provesContrast = true

  /// The document alone; throws when it has errors.
  func read() throws(Failure) -> DocumentReading {
    let reading = SceneDocument.read(input.text, options: reading)
    if reading.document == nil { throw Failure(.wrongInput, reading.diagnostics) }
    return reading
  }

  func prepare() async throws -> Preparation {
    var clock = PhaseClock()
    let reading = try read()
    clock.mark("read")
    guard let document = reading.document else { throw Failure(.wrongInput, reading.diagnostics) }
    let root: AssetRoot
    do {
      root = try AssetRoot(path: assetFolder ?? input.folder)
    } catch {
      throw Failure(.wrongInput, [Diagnostic(error)])
    }
    let outcomes = await ProbeService(root: root, cacheFolder: cacheFolder, jobs: jobs)
      .probe(all: document.assetsInUse)
    try Task.checkCancellation()

    var probes: [String: ProbedAsset] = [:]
    var unreadable: Set<String> = []
    var problems: [Diagnostic] = []
    for (id, outcome) in outcomes {
      switch outcome {
      case .success(let probe): probes[id] = probe
      // Its scene's policy decides what that means.
      case .failure(let error) where error.code == .missing: break
      case .failure(let error):
        unreadable.insert(id)
        let code = DiagnosticCode(error)
        let key = code == .assetHash ? "sha256" : "path"
        problems.append(
          reading.source.diagnostic(code, at: "/assets/\(id)/\(key)", error.description))
      }
    }
    clock.mark("probe")
    let text = TextResources.read(
      for: document, probes: probes, shipped: ShippedFonts(cacheFolder: cacheFolder))
    for (id, error) in text.problems {
      unreadable.insert(id)
      problems.append(
        reading.source.diagnostic(
          DiagnosticCode(error), at: "/assets/\(id)/path", error.description))
    }
    let making = Timeline.make(
      document, source: reading.source, probes: probes.mapValues(\.record), unreadable: unreadable,
      text: text.resources)
    var variants: [Preparation.Variant] = []
    var told = making.diagnostics
    for variant in document.variants {
      let seen = document.document(for: variant)
      let making = Timeline.make(
        seen, source: reading.source, probes: probes.mapValues(\.record), unreadable: unreadable,
        text: text.resources)
      told += making.diagnostics.filter { !told.contains($0) }.map { diagnostic in
        var diagnostic = diagnostic
        diagnostic.message += " (in variant '\(variant.id)')"
        return diagnostic
      }
      if let timeline = making.timeline {
        variants.append(Preparation.Variant(id: variant.id, document: seen, timeline: timeline))
      }
    }
    let all = reading.source.report(reading.diagnostics + problems + told)
    guard let timeline = making.timeline, problems.isEmpty,
      variants.count == document.variants.count
    else {
      throw Failure(Self.status(of: all), all)
    }
    clock.mark("timeline")
    var preparation = Preparation(
      input: input, document: document, source: reading.source, root: root, probes: probes,
      timeline: timeline, variants: variants, warnings: all, clock: clock)
    if provesContrast { try await preparation.proveContrast() }
    return preparation
  }

  /// A file that cannot be read for the machine's sake is no mistake of the document.
  private static func status(of diagnostics: [Diagnostic]) -> ExitStatus {
    let errors = diagnostics.filter { $0.severity == .error }.map(\.code.exitStatus)
    if errors.contains(.cancelled) { return .cancelled }
    return errors.contains(.wrongInput) ? .wrongInput : .failed
  }
}
