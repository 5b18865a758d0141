/// How the scene before goes out over the first frames of a scene. The programme's length never changes.
public struct SceneTransition: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case crossfade
    /// To a colour, and out of it.
    case dip(RGBA)
    case wipe(Edge)
  }

  /// The way a wipe's edge moves.
  public enum Edge: String, Sendable { case left, right, up, down }

  public var kind: Kind
  /// Length of the whole transition in frames.
  public var frames: Int
  /// Frames of it that are over when the scene begins: in a part of a film that begins within the transition.
  public var passed: Int
  /// The scene before.
  public var outgoing: ScenePicture
  /// The outgoing background plays on; all else stands as in the last frame.
  public var runsOn: Bool

  public init(
    _ kind: Kind, frames: Int, outgoing: ScenePicture, runsOn: Bool = false, passed: Int = 0
  ) {
    (self.kind, self.frames, self.outgoing) = (kind, frames, outgoing)
    (self.runsOn, self.passed) = (runsOn, passed)
  }

  /// Frames of the scene over which the transition lasts.
  public var left: Int { frames - passed }
}
