internal import SceneDocument

/// Text with everything settled that decides its pixels: fonts, line breaks, sizes and places. Lengths are
/// canvas pixels from the top left corner of the layer's box.
public struct TextPicture: Sendable, Hashable {
  /// Bottom to top: plate, shadow, outlines, letters.
  public var lines: [Line]
  /// Fills the box.
  public var plate: Plate?
  public var shadow: PictureLayer.Shadow?

  public init(lines: [Line], plate: Plate? = nil, shadow: PictureLayer.Shadow? = nil) {
    (self.lines, self.plate, self.shadow) = (lines, plate, shadow)
  }

  public struct Line: Sendable, Hashable {
    public enum Anchor: String, Sendable { case left, center, right }

    /// In the order in which they are read.
    public var runs: [Run]
    /// Height of an em.
    public var size: Double
    public var letterSpacing: Double
    public var outline: PictureLayer.Border?
    /// What `x` is of the line.
    public var anchor: Anchor
    public var x: Double
    public var baseline: Double
    public var isRightToLeft: Bool

    public var text: String { runs.map(\.text).joined() }
  }

  /// Letters of one face and colour.
  public struct Run: Sendable, Hashable {
    public var text: String
    /// Of the font file.
    public var sha256: String
    /// Place of the face in the file.
    public var face: Int
    public var color: RGBA
  }

  public struct Plate: Sendable, Hashable {
    public var color: RGBA
    /// Of its corners.
    public var radius: Double
  }

  /// What is to be read, its lines joined by line feeds.
  public var text: String { lines.map(\.text).joined(separator: "\n") }
}

extension TextPicture {
  var json: JSONValue {
    [
      "lines": .array(lines.map(\.json)),
      "plate": plate.map { ["color": $0.color.json, "radius": .number($0.radius)] } ?? .null,
      "shadow": shadow.map(\.json) ?? .null,
    ]
  }
}

extension TextPicture.Line {
  var json: JSONValue {
    [
      "anchor": .string(anchor.rawValue), "baseline": .number(baseline),
      "outline": outline.map(\.json) ?? .null, "rtl": .bool(isRightToLeft),
      "runs": .array(
        runs.map {
          [
            "color": $0.color.json, "face": .integer($0.face), "font": .string($0.sha256),
            "text": .string($0.text),
          ]
        }), "size": .number(size), "spacing": .number(letterSpacing), "x": .number(x),
    ]
  }
}
