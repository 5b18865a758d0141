public import SceneDocument

/// What ended a render, apart from libav's and the host's errors.
public enum RenderError: Error, Sendable {
  case cancelled
  /// Diagnostics that do not let the render begin or finish.
  case refused([Diagnostic])
  case segmentMismatch(String)
  case verifyFrames(expected: Int, found: Int, place: String)
  case verifySamples(expected: Int64, found: Int64)
  case notReproducible(String)
}

extension RenderError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .cancelled: "cancelled"
    case .refused(let list): list.map(\.message).joined(separator: "\n")
    case .segmentMismatch(let text): text
    case .verifyFrames(let expected, let found, let place):
      "\(place) has \(found) frames where \(expected) were planned"
    case .verifySamples(let expected, let found):
      "the film has \(found) samples of sound where \(expected) were planned"
    case .notReproducible(let text): text
    }
  }
}
