internal import Crypto
internal import Foundation
internal import Media
public import SceneDocument

/// The way from a document's text to a timeline: read, probe, lay out, prove. Every stage tells all its problems
/// at once.
public struct DocumentPreparer: Sendable {
  public var text: [UInt8]
  public var reading = ReadingOptions()
  /// What asset paths are resolved below.
  public var assetFolder: String
  /// Keeps what was found in files; nil reads them anew.
  public var cacheFolder: String?
  /// Files read at a time.
  public var jobs = ProcessInfo.processInfo.activeProcessorCount
  /// Whether text is looked at in frames of the film, which decodes some of them.
  public var provesContrast = true
  /// Leaves out all scenes but the first that is enabled, and the variants: for a first picture before everything
  /// is looked into.
  public var onlyFirstScene = false

  public init(text: [UInt8], assetFolder: String, cacheFolder: String? = nil) {
    (self.text, self.assetFolder, self.cacheFolder) = (text, assetFolder, cacheFolder)
  }

  /// The document alone; throws `DocumentRefusal` when it has errors.
  public func read() throws(DocumentRefusal) -> DocumentReading {
    let reading = SceneDocument.read(text, options: reading)
    if reading.document == nil { throw DocumentRefusal(reading.diagnostics) }
    return reading
  }

  /// Throws `DocumentRefusal` with errors and warnings, or `CancellationError`.
  public func prepare() async throws -> PreparedDocument {
    var clock = PhaseClock()
    let reading = try read()
    clock.mark("read")
    guard var document = reading.document else { throw DocumentRefusal(reading.diagnostics) }
    if onlyFirstScene { document.keepFirstScene() }
    let root: AssetRoot
    do {
      root = try AssetRoot(path: assetFolder)
    } catch {
      throw DocumentRefusal([Diagnostic(DiagnosticCode(error), error.description)])
    }
    var files = try await probe(document, below: root, reading.source)
    clock.mark("probe")
    let text = TextResources.read(
      for: document, probes: files.probes, unreadable: files.unreadable,
      shipped: ShippedFonts(cacheFolder: cacheFolder))
    for (id, error) in text.problems { files.refuse(id, error, reading.source) }
    let films = films(of: document, reading.source, files, text.resources)
    let all = reading.source.report(reading.diagnostics + files.problems + films.told)
    guard let timeline = films.main, films.variants.count == document.variants.count,
      files.problems.isEmpty
    else { throw DocumentRefusal(all) }
    clock.mark("timeline")
    var prepared = PreparedDocument(
      document: document, textSHA256: sha256(of: self.text), source: reading.source, root: root,
      probes: files.probes, timeline: timeline, variants: films.variants, warnings: all,
      clock: clock)
    if provesContrast { try await prepared.proveContrast() }
    return prepared
  }

  // MARK: Files

  private struct Files {
    var probes: [String: ProbedAsset] = [:]
    var unreadable: Set<String> = []
    var problems: [Diagnostic] = []

    mutating func refuse(_ id: String, _ error: AssetError, _ source: DocumentSource) {
      unreadable.insert(id)
      let code = DiagnosticCode(error)
      let key = code == .assetHash ? "sha256" : "path"
      problems.append(source.diagnostic(code, at: "/assets/\(id)/\(key)", error.description))
    }
  }

  private func probe(
    _ document: SceneDocument, below root: AssetRoot, _ source: DocumentSource
  ) async throws -> Files {
    let outcomes = await ProbeService(root: root, cacheFolder: cacheFolder, jobs: jobs)
      .probe(all: document.assetsInUse)
    try Task.checkCancellation()
    var files = Files()
    for (id, outcome) in outcomes {
      switch outcome {
      case .success(let probe): files.probes[id] = probe
      // Its scene's policy decides what that means.
      case .failure(let error) where error.code == .missing: break
      case .failure(let error): files.refuse(id, error, source)
      }
    }
    return files
  }

  // MARK: Films

  private func films(
    of document: SceneDocument, _ source: DocumentSource, _ files: Files, _ text: TextResources
  ) -> (main: Timeline?, variants: [PreparedDocument.Variant], told: [Diagnostic]) {
    func make(_ document: SceneDocument) -> Timeline.Making {
      Timeline.make(
        document, source: source, probes: files.probes.mapValues(\.record),
        unreadable: files.unreadable, text: text)
    }
    let main = make(document)
    var told = main.diagnostics
    var variants: [PreparedDocument.Variant] = []
    for variant in document.variants {
      let seen = document.document(for: variant)
      let making = make(seen)
      // What the main film has already told is not told again.
      told += making.diagnostics.filter { !told.contains($0) }.map { diagnostic in
        var diagnostic = diagnostic
        diagnostic.message += " (in variant '\(variant.id)')"
        return diagnostic
      }
      if let timeline = making.timeline {
        variants.append(
          PreparedDocument.Variant(id: variant.id, document: seen, timeline: timeline))
      }
    }
    return (main.timeline, variants, told)
  }
}

extension PreparedDocument {
  /// Looks at text in frames of the film, the last of the proofs before rendering.
  fileprivate mutating func proveContrast() async throws {
    let source = source
    let requests = [request] + variants.map { request(of: $0) }
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

extension DiagnosticCode {
  public init(_ error: AssetError) {
    self = DiagnosticCode(rawValue: error.code.rawValue) ?? .internalError
  }
}
