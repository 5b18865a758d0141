internal import Foundation
public import Media
public import SceneDocument

/// Looks whether text can be told from what lies behind it, in frames of the film (WCAG 2.1's contrast ratio).
///
/// Letters with an outline or a box that is opaque enough are judged by that and need no frame; of the others
/// the picture below is drawn in the middle of their time.
public struct ContrastProof {
  /// The least ratio for text to be read with ease.
  public static let least = 4.5
  /// Text layers that are looked at in frames; more would make checking a long document slow.
  static let framesAtMost = 24

  private let request: RenderRequest
  private let interrupt: Interrupt

  public init(_ request: RenderRequest, interrupt: Interrupt = Interrupt()) {
    (self.request, self.interrupt) = (request, interrupt)
  }

  /// Text that is hard to read: one finding a text layer or caption track, in the film's order.
  public struct Finding: Sendable, Hashable {
    /// Where the document has the layer.
    public var pointer: String
    public var text: String
    public var ratio: Double
    /// Frame of the film.
    public var frame: Int
  }

  public func findings() throws -> [Finding] {
    var findings: [Finding] = []
    var looked = 0
    let renderer = ProgrammeComposer(
      request.timeline, files: request.files, interrupt: interrupt)
    for (number, scene) in request.timeline.scenes.enumerated() {
      var seen: Set<Look> = []
      for (place, layer) in scene.picture.layers.enumerated() {
        guard let text = layer.text, let line = text.lines.first, let run = line.runs.first,
          layer.from < scene.frames, layer.to > 0, seen.insert(Look(text, layer)).inserted
        else { continue }
        let ink = run.color
        var ratio: Double
        let middle = min(max((layer.from + layer.to) / 2, 0), scene.frames - 1)
        if let outline = line.outline, outline.width >= 0.02 * line.size, outline.color.alpha >= 200
        {
          ratio = ink.contrast(with: outline.color)
        } else if let plate = text.plate, plate.color.alpha >= 230 {
          ratio = ink.contrast(with: plate.color)
        } else {
          guard looked < Self.framesAtMost else { continue }
          looked += 1
          do throws(MediaError) {
            let below = try renderer.ground(ofScene: number, at: middle, below: place)
            ratio = try below.contrast(of: ink, in: layer.box, under: text.plate?.color)
          } catch {
            if error.isInterrupted { throw error }
            // A file that cannot be decoded is told where it is rendered.
            continue
          }
        }
        ratio = (ratio * 10).rounded() / 10
        if ratio < Self.least {
          findings.append(
            Finding(
              pointer: request.document.pointer(toLayer: layer.name, inScene: scene.index),
              text: text.text, ratio: ratio,
              frame: scene.startFrame + middle))
        }
      }
    }
    return findings
  }

  /// Captions of one track look alike and stand in one place: the first speaks for all.
  private struct Look: Hashable {
    var color: RGBA?
    var outline: PictureLayer.Border?
    var plate: TextPicture.Plate?
    var row: Int
    var size: Double

    init(_ text: TextPicture, _ layer: PictureLayer) {
      color = text.lines.first?.runs.first?.color
      outline = text.lines.first?.outline
      plate = text.plate
      size = text.lines.first?.size ?? 0
      row = Int(layer.box.y + layer.box.height)
    }
  }

  /// The findings as warnings; `source` gives their places.
  public func warnings(_ source: DocumentSource) throws -> [Diagnostic] {
    try findings().map { finding in
      let excerpt = finding.text.split(whereSeparator: \.isNewline).joined(separator: " ").prefix(
        40)
      return source.diagnostic(
        .lowContrast, at: finding.pointer,
        "the text '\(excerpt)' has a contrast of \(finding.ratio):1 to what lies behind it in frame \(finding.frame), "
          + "4.5:1 is easy to read: give its style an outline or a box, or dim the background")
    }
  }
}

extension ProgrammeComposer {
  /// What is drawn of a scene's frame below one of its layers, without a transition.
  func ground(ofScene scene: Int, at index: Int, below layer: Int) throws(MediaError) -> Canvas {
    var picture = timeline.scenes[scene].picture
    picture.layers = Array(picture.layers.prefix(layer))
    return try SceneComposer(picture, files: files, pool: pool, interrupt: interrupt)
      .canvas(at: index)
  }
}

extension RGBA {
  /// WCAG 2.1: (lighter + 0.05) ÷ (darker + 0.05) of relative luminances.
  func contrast(with other: RGBA) -> Double {
    Self.ratio(luminance, other.luminance)
  }

  fileprivate static func ratio(_ a: Double, _ b: Double) -> Double {
    (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  fileprivate var luminance: Double {
    0.2126 * Self.linear(Double(red) / 255) + 0.7152 * Self.linear(Double(green) / 255)
      + 0.0722 * Self.linear(Double(blue) / 255)
  }

  fileprivate static func linear(_ value: Double) -> Double {
    value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
  }
}

extension Canvas {
  /// The contrast that nine tenths of the pixels in `box` have to `ink` at least, with `cover` laid over them.
  fileprivate func contrast(of ink: RGBA, in box: PixelBox, under cover: RGBA?) throws(MediaError)
    -> Double
  {
    let rect = PixelRect(rounding: box)
    let columns = max(rect.x, 0)..<max(min(rect.x + rect.width, width), max(rect.x, 0))
    let rows = max(rect.y, 0)..<max(min(rect.y + rect.height, height), max(rect.y, 0))
    guard !columns.isEmpty, !rows.isEmpty else { return 21 }
    let picture = try bitmap().cropped(
      x: columns.lowerBound, y: rows.lowerBound, width: columns.count, height: rows.count)
    let rgba = picture.rgba()
    let share = Double(cover?.alpha ?? 0) / 255
    let target = ink.luminance
    var ratios: [Double] = []
    let step = max(1, columns.count * rows.count / 2000)
    for pixel in stride(from: 0, to: columns.count * rows.count, by: step) {
      func channel(_ offset: Int, _ over: UInt8) -> UInt8 {
        UInt8((Double(rgba[4 * pixel + offset]) * (1 - share) + Double(over) * share).rounded())
      }
      let seen = RGBA(
        red: channel(0, cover?.red ?? 0), green: channel(1, cover?.green ?? 0),
        blue: channel(2, cover?.blue ?? 0))
      ratios.append(RGBA.ratio(seen.luminance, target))
    }
    ratios.sort()
    return ratios[ratios.count / 10]
  }
}
