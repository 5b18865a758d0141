internal import Compositing
internal import Foundation
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
  let warnings: [Diagnostic]
  /// How long reading, probing and laying out took.
  let clock: PhaseClock

  var request: RenderRequest {
    RenderRequest(
      document: document, documentSHA256: sha256(of: input.text), timeline: timeline,
      files: PictureFiles(
        Dictionary(
          probes.values.map { ($0.record.sha256, $0.location) }, uniquingKeysWith: { $1 })),
      warnings: warnings)
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
  /// Leaves out all scenes but the first that is enabled: for a first picture before everything is looked into.
  var onlyFirstScene = false

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
    guard var document = reading.document else { throw Failure(.wrongInput, reading.diagnostics) }
    if onlyFirstScene { document.keepFirstScene() }
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
    let making = Timeline.make(
      document, source: reading.source, probes: probes.mapValues(\.record), unreadable: unreadable)
    let all = reading.source.report(reading.diagnostics + problems + making.diagnostics)
    guard let timeline = making.timeline, problems.isEmpty else {
      throw Failure(Self.status(of: all), all)
    }
    clock.mark("timeline")
    return Preparation(
      input: input, document: document, source: reading.source, root: root, probes: probes,
      timeline: timeline, warnings: all, clock: clock)
  }

  /// A file that cannot be read for the machine's sake is no mistake of the document.
  private static func status(of diagnostics: [Diagnostic]) -> ExitStatus {
    let errors = diagnostics.filter { $0.severity == .error }.map(\.code.exitStatus)
    if errors.contains(.cancelled) { return .cancelled }
    return errors.contains(.wrongInput) ? .wrongInput : .failed
  }
}
