public import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

extension Film {
  /// All films of a document, that of the output itself first, each with the id of its variant.
  public static func all(of document: PreparedDocument) -> [(variant: String, film: Film)] {
    [(SceneDocument.mainVariant, Film(document.request))]
      + document.variants.map { ($0.id, Film(document.request(of: $0))) }
  }

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
    var preparer = DocumentPreparer(
      text: Array(data), assetFolder: assets ?? FilePath.folder(of: path))
    preparer.provesContrast = false
    do {
      return all(of: try await preparer.prepare())
    } catch let error as DocumentRefusal {
      throw DocumentProblem(
        path: path,
        messages: error.diagnostics.filter { $0.severity == .error }.map(\.placed))
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
