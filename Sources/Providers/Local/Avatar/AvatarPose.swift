/// Where everything of a drawn speaker is at one moment. Angles in degrees, lengths in units of the drawing.
struct AvatarPose: Sendable, Hashable {
  /// The head's turn to its left side as seen (-1) or right (1); a face turned by 1 is a quarter of the way to profile.
  var yaw = 0.0
  /// Looking up (-1) or down (1).
  var pitch = 0.0
  /// Clockwise as seen.
  var roll = 0.0
  /// Of the whole head.
  var x = 0.0
  var y = 0.0
  /// How high the shoulders are, 0 … 1.
  var breath = 0.0
  /// 1 open, 0 closed.
  var lids = 1.0
  /// 0 at rest, 1 raised.
  var brows = 0.0
  /// Where the eyes look, -1 … 1.
  var gazeX = 0.0
  var gazeY = 0.0
  /// How far the corners of the mouth are up.
  var smile = 0.75
  var mouth = MouthShape.rest
}
