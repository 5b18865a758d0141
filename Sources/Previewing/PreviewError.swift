/// Why there is no answer, apart from errors of the film's files.
public enum PreviewError: Error, Sendable, Hashable {
  /// The same viewer asked for another picture since.
  case superseded
  /// No version of the document could be shown so far.
  case nothingToShow
  case noFrame(Int, of: Int)
  /// A number of a request that is none, or out of bounds.
  case badRequest(String)
}

extension PreviewError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .superseded: "another picture was asked for since"
    case .nothingToShow: "the document has errors\n  → mend them: the page follows by itself"
    case .noFrame(let frame, let count):
      "the film has no frame \(frame)\n  → it has \(count) frames, the first is 0"
    case .badRequest(let words): words
    }
  }
}
