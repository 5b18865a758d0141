internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

extension Film {
  /// The film of the document at `path` and those of its variants, by id; `main` is the first. Assets lie below
  /// `assets`, or in the document's own folder.
  ///
  /// Throws `DocumentProblem` for a document that is wrong, or that names a file that is.
  public static func all(
    ofDocument path: String, assets: String? = nil
  ) async throws -> [(variant: String, film: Film)] {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw DocumentProblem(path: path, messages: ["the file cannot be read"])
    }
    let text = Array(data)
    let reading = SceneDocument.read(text)
    func problem(_ diagnostics: [Diagnostic]) -> DocumentProblem {
      DocumentProblem(
        path: path, messages: diagnostics.filter { $0.severity == .error }.map(\.placed))
    }
    guard let document = reading.document else { throw problem(reading.diagnostics) }
    let own = (path as NSString).deletingLastPathComponent
    let root = try AssetRoot(path: assets ?? (own.isEmpty ? "." : own))
    let outcomes = await ProbeService(root: root, cacheFolder: nil, jobs: 2)
      .probe(all: document.assetsInUse)
    var probes: [String: ProbedAsset] = [:]
    var unreadable: [String] = []
    for (id, outcome) in outcomes {
      switch outcome {
      case .success(let probe): probes[id] = probe
      // Its scene says what that means.
      case .failure(let error) where error.code == .missing: break
      case .failure(let error): unreadable.append("asset '\(id)': \(error)")
      }
    }
    if !unreadable.isEmpty { throw DocumentProblem(path: path, messages: unreadable.sorted()) }
    let files = PictureFiles(
      Dictionary(
        probes.values.map { ($0.record.sha256, $0.location) }, uniquingKeysWith: { $1 }))
    let resources = TextResources.read(for: document, probes: probes, shipped: ShippedFonts())
    let ids = [SceneDocument.mainVariant] + document.variants.map(\.id)
    let documents = [document] + document.variants.map { document.document(for: $0) }
    return try zip(ids, documents).map { id, document in
      let making = Timeline.make(
        document, source: reading.source, probes: probes.mapValues(\.record),
        unreadable: Set(resources.problems.keys), text: resources.resources)
      guard let timeline = making.timeline else {
        let unread = resources.problems.map { "asset '\($0)': \($1)" }.sorted()
        throw unread.isEmpty
          ? problem(making.diagnostics) : DocumentProblem(path: path, messages: unread)
      }
      let request = RenderRequest(
        document: document, documentSHA256: sha256(of: text), timeline: timeline, files: files,
        warnings: [])
      return (id, Film(request))
    }
  }
}

/// Why a document gives no film.
public struct DocumentProblem: Error, Sendable, CustomStringConvertible {
  public let path: String
  /// All that is wrong, with places.
  public let messages: [String]

  public var description: String {
    "'\(path)': " + messages.joined(separator: "\n") + "\n  → 'reelnode validate' shows where"
  }
}

extension Diagnostic {
  fileprivate var placed: String {
    line.map { "\($0):\(column ?? 1): \(message)" } ?? message
  }
}
