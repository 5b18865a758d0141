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
    var lines = causes.map(\.text)
    guard let shift else { return lines.joined(separator: "\n") }
    let count = "\(abs(shift)) \(abs(shift) == 1 ? "frame" : "frames")"
    let news = "pictures come \(count) \(shift > 0 ? "later" : "earlier") than recorded"
    // A description that changed says why; without one this is all there is to say.
    let isExplained = causes.contains { ![.pixels, .sound].contains($0.kind) }
    lines.insert(news, at: isExplained ? lines.count : 0)
    return lines.joined(separator: "\n")
  }
}
