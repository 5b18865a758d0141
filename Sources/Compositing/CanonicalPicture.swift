public import SceneDocument

// The canonical form of pictures, `canonical/1`: what is drawn, in whole frames and pixels, with every
// default present and every name gone. It is made from a document and probe records alone, it is all
// that the renderer sees, and its canonical JSON is what a segment's key is the hash of.

/// The pictures of one scene.
public struct ScenePicture: Sendable, Hashable {
  /// The canvas in pixels, both even.
  public var width: Int
  public var height: Int
  /// Frames a second.
  public var frameRate: Rational
  /// Length in frames.
  public var frames: Int
  /// What shows where no layer covers.
  public var backdrop: RGBA
  /// Bottom to top.
  public var layers: [PictureLayer]

  public init(
    width: Int, height: Int, frameRate: Rational, frames: Int, backdrop: RGBA,
    layers: [PictureLayer]
  ) {
    (self.width, self.height, self.frameRate) = (width, height, frameRate)
    (self.frames, self.backdrop, self.layers) = (frames, backdrop, layers)
  }
}

/// sRGB with straight alpha.
public struct RGBA: Sendable, Hashable {
  public var red, green, blue, alpha: UInt8
  public init(red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8 = 255) {
    (self.red, self.green, self.blue, self.alpha) = (red, green, blue, alpha)
  }
}

/// A box in canvas pixels; the origin is the top left corner, y grows downwards.
public struct PixelBox: Sendable, Hashable {
  public var x, y, width, height: Double
  public init(x: Double, y: Double, width: Double, height: Double) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }
}

/// One layer with everything that decides its pixels.
public struct PictureLayer: Sendable, Hashable {
  public enum Fit: String, Sendable {
    case cover, contain
    case containBlur = "contain-blur"
    case fill, none
  }
  public enum Blend: String, Sendable { case normal, multiply, screen, overlay, add }

  public var content: Content
  /// Scene frames in which it shows, end open. May begin below 0 or end beyond the scene for a
  /// programme overlay that lasts over several scenes: enter, exit and motion count from `from` and `to`.
  public var from: Int
  public var to: Int
  /// Where the layer stands before rotation; edges are rounded to whole pixels when it does not move.
  public var box: PixelBox
  public var fit: Fit
  /// The point of the source kept in view by `cover`, as fractions.
  public var focusX, focusY: Double
  /// Cut off the upright source before fitting: left, top, right, bottom as fractions.
  public var crop: [Double]
  /// Clockwise degrees around the box's centre.
  public var rotate: Double
  public var opacity: Double
  public var mask: Mask
  public var border: Border?
  public var shadow: Shadow?
  public var key: ColorKey?
  public var blend: Blend
  /// 0 … 1 towards black; background only.
  public var dim: Double
  /// Standard deviation in canvas pixels; background only.
  public var blur: Double
  public var motion: KenBurns?
  public var enter: Passage?
  public var exit: Passage?
  /// Whether it is the scene's background, which a transition may let play on.
  public var isBackground = false
  /// Its Id in the document, for messages; no part of the canonical form.
  public var name = ""

  public init(content: Content, from: Int, to: Int, box: PixelBox) {
    (self.content, self.from, self.to, self.box) = (content, from, to, box)
    (fit, focusX, focusY, crop) = (.contain, 0.5, 0.5, [0, 0, 0, 0])
    (rotate, opacity, mask, blend, dim, blur) = (0, 1, .none, .normal, 0, 0)
  }

  public enum Content: Sendable, Hashable {
    /// Fills the box.
    case color(RGBA)
    case shape(Shape, fill: RGBA)
    case asset(AssetPicture, SourceTiming)
    /// A test card with this text in place of a missing asset.
    case placeholder(label: String)
  }

  public enum Shape: Sendable, Hashable {
    case rect
    /// Radius in pixels.
    case rounded(Double)
    case circle
  }

  public enum Mask: Sendable, Hashable {
    case none
    /// The largest circle in the box, centred.
    case circle
    /// Radius in pixels.
    case rounded(Double)
    /// The luma of a still (times its alpha), stretched to the box.
    case asset(AssetPicture)
  }

  public struct Border: Sendable, Hashable {
    /// Pixels, drawn inside the mask's edge.
    public var width: Double
    public var color: RGBA
    public init(width: Double, color: RGBA) { (self.width, self.color) = (width, color) }
  }

  /// Lengths in pixels; `blur` is CSS's blur radius (twice the standard deviation).
  public struct Shadow: Sendable, Hashable {
    public var dx, dy, blur: Double
    public var color: RGBA
    public var opacity: Double
    public init(dx: Double, dy: Double, blur: Double, color: RGBA, opacity: Double) {
      (self.dx, self.dy, self.blur, self.color, self.opacity) = (dx, dy, blur, color, opacity)
    }
  }

  public struct ColorKey: Sendable, Hashable {
    public var color: RGBA
    public var tolerance, softness, spill: Double
    public init(color: RGBA, tolerance: Double, softness: Double, spill: Double) {
      (self.color, self.tolerance) = (color, tolerance)
      (self.softness, self.spill) = (softness, spill)
    }
  }

  /// Slow zoom or pan over `from ..< to`.
  public struct KenBurns: Sendable, Hashable {
    public enum Preset: String, Sendable { case `in`, out, left, right, up, down }
    public var preset: Preset
    /// The part of the picture travelled or zoomed, 0 … 1.
    public var amount: Double
    public var ease: Easing
    public init(preset: Preset, amount: Double, ease: Easing) {
      (self.preset, self.amount, self.ease) = (preset, amount, ease)
    }
  }

  /// How a layer comes or goes.
  public struct Passage: Sendable, Hashable {
    public enum Kind: String, Sendable {
      case fade
      case slideLeft = "slide-left"
      case slideRight = "slide-right"
      case slideUp = "slide-up"
      case slideDown = "slide-down"
      case pop
    }
    public var kind: Kind
    public var frames: Int
    public init(kind: Kind, frames: Int) { (self.kind, self.frames) = (kind, frames) }
  }
}

/// `linear`, or cubic ease in, out, in-out.
public enum Easing: String, Sendable {
  case linear, `in`, out
  case inOut = "in-out"
}

/// An asset's picture stream with the readings that decide its pixels settled.
public struct AssetPicture: Sendable, Hashable {
  public enum Alpha: String, Sendable { case none, straight, premultiplied }
  public var sha256: String
  public var isStill: Bool
  public var alpha: Alpha
  /// Clockwise degrees to turn the stored picture upright: 0, 90, 180, 270.
  public var rotation: Int
  public var sampleAspect: Rational
  /// libav's names, never nil: `bt709`, `smpte170m`, `bt470bg`, `bt2020nc`, `gbr` …; `tv` or `pc`.
  public var matrix: String
  public var range: String

  public init(
    sha256: String, isStill: Bool, alpha: Alpha, rotation: Int, sampleAspect: Rational,
    matrix: String, range: String
  ) {
    (self.sha256, self.isStill, self.alpha, self.rotation) = (sha256, isStill, alpha, rotation)
    (self.sampleAspect, self.matrix, self.range) = (sampleAspect, matrix, range)
  }
}

/// Which moment of a source shows in which scene frame.
///
/// Scene frame n shows the last source frame whose time s satisfies
/// `s < start + rate · (n − first + ½) / fps`: the same frame grid as `frame(t)` of the document, whatever
/// the segment begins with. Before the first source frame the first one shows.
public struct SourceTiming: Sendable, Hashable {
  public enum End: String, Sendable { case freeze, loop, pingpong }
  /// The scene frame that shows `start`.
  public var first: Int
  /// Source window in microseconds from the file's earliest stream start, end open.
  public var start: Int64
  public var end: Int64
  /// Source seconds for each scene second.
  public var rate: Rational
  /// What follows when the window is used up.
  public var atEnd: End

  public init(first: Int, start: Int64, end: Int64, rate: Rational, atEnd: End) {
    (self.first, self.start, self.end) = (first, start, end)
    (self.rate, self.atEnd) = (rate, atEnd)
  }
}
