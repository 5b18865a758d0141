internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

extension Film {
  /// The film of the document at `path`, whose assets lie below `assets`, or in its own folder.
  ///
  /// Throws `DocumentProblem` for a document that is wrong, or that names a file that is.
  public init(document path: String, assets: String? = nil) async throws {
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
    let making = Timeline.make(
      document, source: reading.source, probes: probes.mapValues(\.record))
    guard let timeline = making.timeline else { throw problem(making.diagnostics) }
    let paths = probes.values.map { ($0.record.sha256, $0.location) }
    self.init(
      RenderRequest(
        document: document, documentSHA256: sha256(of: text), timeline: timeline,
        files: PictureFiles(Dictionary(paths, uniquingKeysWith: { $1 })), warnings: []))
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
