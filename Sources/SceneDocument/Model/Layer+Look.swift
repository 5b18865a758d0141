extension Layer {
  /// What part of the box is seen.
  public enum Mask: Sendable, Hashable {
    case none
    /// The largest circle in the box, centred.
    case circle
    case rounded(radius: Length)
    /// Brightness (or alpha, where it has one) of an image asset, stretched to the box.
    case asset(String)

    public static let defaultRadius = Length.vmin(2)
  }

  /// Drawn inside the mask's edge.
  public struct Border: Sendable, Hashable {
    public var width: Length
    public var color: Color

    public init(width: Length, color: Color) { (self.width, self.color) = (width, color) }
  }

  public struct Shadow: Sendable, Hashable {
    public var dx = Length.zero
    public var dy = Length.vmin(0.6)
    public var blur = Length.vmin(2)
    public var color = Color.black
    public var opacity = 0.35

    public init() {}
  }

  /// Makes one colour of the source transparent and takes its reflection off the rest.
  public struct ChromaKey: Sendable, Hashable {
    public var color: Color
    public var tolerance = 0.18
    public var softness = 0.08
    public var spill = 0.5

    public init(color: Color) { self.color = color }
  }

  /// Slow movement of the picture inside its box.
  public struct Motion: Sendable, Hashable {
    public var preset = Preset.zoomIn
    /// Share of the picture moved or zoomed by the end, 0…1.
    public var amount = 0.08
    public var ease = Ease.linear

    public init(preset: Preset = .zoomIn) { self.preset = preset }

    public static let none = Motion(preset: .none)

    public enum Preset: String, DocumentWord {
      case zoomIn = "in"
      case zoomOut = "out"
      case left, right, up, down, none
    }
  }

  /// How a layer comes or goes; the direction of a slide is that of the movement.
  public struct Entrance: Sendable, Hashable {
    public var kind = Kind.none
    public var duration = Time.seconds(0.3)

    public init() {}

    public enum Kind: String, DocumentWord {
      case none, fade
      case slideLeft = "slide-left"
      case slideRight = "slide-right"
      case slideUp = "slide-up"
      case slideDown = "slide-down"
      case pop
    }
  }
}
