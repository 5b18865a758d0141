internal import Compositing
internal import Foundation
internal import SceneDocument

extension Film {
  /// The film of the document at `path`, whose assets lie below `assets`, or in its own folder.
  ///
  /// Throws `DocumentProblem` for a document that is wrong, or that names a file that is.
  public init(document path: String, assets: String? = nil) async throws {
    guard let data = FileManager.default.contents(atPath: path) else {
      throw DocumentProblem(path: path, messages: ["the file cannot be read"])
    }
    let own = (path as NSString).deletingLastPathComponent
    var preparer = DocumentPreparer(
      text: Array(data), assetFolder: assets ?? (own.isEmpty ? "." : own))
    preparer.provesContrast = false
    do {
      self.init(try await preparer.prepare().request)
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
