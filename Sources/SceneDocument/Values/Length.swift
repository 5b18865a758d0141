/// A distance on the picture, not yet in pixels.
public struct Length: Sendable, Hashable {
  public enum Unit: Sendable, Hashable {
    /// Of the axis the length lies on: 0.25 is a quarter of the width, or of the height.
    case fraction
    /// The same in hundredths.
    case percent
    /// Pixels of the document's main output size.
    case pixels
    /// Hundredths of the shorter side, so that a circle stays a circle in 9:16.
    case vmin
  }

  public var value: Double
  public var unit: Unit

  public init(_ value: Double, _ unit: Unit = .fraction) { (self.value, self.unit) = (value, unit) }

  public static let zero = Length(0)
  public static func percent(_ value: Double) -> Length { Length(value, .percent) }
  public static func pixels(_ value: Double) -> Length { Length(value, .pixels) }
  public static func vmin(_ value: Double) -> Length { Length(value, .vmin) }

  /// In pixels of a picture of `frame` pixels.
  ///
  /// - Parameters:
  ///   - axis: the side the length lies on.
  ///   - documentSize: what `pixels` lengths refer to; they grow and shrink with the picture.
  public func pixels(along axis: Axis, of frame: PixelSize, documentSize: PixelSize) -> Double {
    let side = Double(axis == .horizontal ? frame.width : frame.height)
    switch unit {
    case .fraction: return value * side
    case .percent: return value / 100 * side
    case .vmin: return value / 100 * Double(min(frame.width, frame.height))
    case .pixels:
      let written = Double(axis == .horizontal ? documentSize.width : documentSize.height)
      return value * side / written
    }
  }

  public enum Axis: Sendable { case horizontal, vertical }
}

/// The size of a layer's box; nil is `auto`: it follows the display aspect of the source.
public struct Size: Sendable, Hashable {
  public var width: Length?
  public var height: Length?

  public init(_ width: Length?, _ height: Length?) { (self.width, self.height) = (width, height) }
}

/// A place in a picture, 0…1 from the left and from the top.
public struct Point: Sendable, Hashable {
  public var x: Double
  public var y: Double

  public init(_ x: Double, _ y: Double) { (self.x, self.y) = (x, y) }

  public static let center = Point(0.5, 0.5)
}

/// Width and height in whole pixels.
public struct PixelSize: Sendable, Hashable, Codable {
  public var width: Int
  public var height: Int

  public init(_ width: Int, _ height: Int) { (self.width, self.height) = (width, height) }
}
