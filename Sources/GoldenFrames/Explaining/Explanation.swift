/// Why a film differs from its golden, as far as that can be found out.
public struct Explanation: Sendable {
  /// The likeliest first.
  public internal(set) var causes: [Cause] = []
  /// Frames by which pictures come later than recorded; nil when that is not what happened.
  public internal(set) var shift: Int?
  /// The frame that was looked at.
  public internal(set) var frame: Int?

  /// Something that changed.
  public struct Cause: Sendable {
    public enum Kind: String, Sendable {
      /// A description that differs from the recorded one.
      case changed
      case added, removed, order
      /// The same description, other pixels.
      case pixels
      case transition, scene, sound
    }

    public var kind: Kind
    public var scene: String?
    public var layer: String?
    public var changes: [DescriptionChange] = []
    /// The share of the pixels that differ which the layer decides, 0 … 1; nil where it was not measured.
    public var share: Double?
    /// For people.
    public var text: String
  }

  public var text: String {
    var lines: [String] = []
    if let shift {
      lines.append(
        "pictures come \(abs(shift)) \(abs(shift) == 1 ? "frame" : "frames") \(shift > 0 ? "late" : "early")"
      )
    }
    lines += causes.map(\.text)
    return lines.joined(separator: "\n")
  }
}
