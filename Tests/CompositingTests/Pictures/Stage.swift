import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

/// A scene put together by hand over real files, and its frames.
struct Stage {
  var width = 64
  var height = 36
  var frameRate = Rational(30)
  var frames = 30
  var backdrop = RGBA.black
  var layers: [PictureLayer] = []
  private var paths: [String: String] = [:]

  init(
    width: Int = 64, height: Int = 36, frames: Int = 30, backdrop: RGBA = .black,
    frameRate: Rational = Rational(30)
  ) {
    (self.width, self.height, self.frames) = (width, height, frames)
    (self.backdrop, self.frameRate) = (backdrop, frameRate)
  }

  var wholeBox: PixelBox { PixelBox(x: 0, y: 0, width: Double(width), height: Double(height)) }

  /// Adds a layer that shows for the whole scene.
  mutating func add(
    _ content: PictureLayer.Content, in box: PixelBox? = nil,
    _ change: (inout PictureLayer) -> Void = { _ in }
  ) {
    var layer = PictureLayer(content: content, from: 0, to: frames, box: box ?? wholeBox)
    change(&layer)
    layers.append(layer)
  }

  /// Adds a layer that shows a file's picture from its first moment on, filling the box.
  mutating func add(
    _ path: String, in box: PixelBox? = nil, _ change: (inout PictureLayer) -> Void = { _ in }
  ) throws {
    let (picture, record) = try asset(path)
    let end = record.video?.end ?? .zero
    add(
      .asset(
        picture,
        SourceTiming(first: 0, start: 0, end: end.microseconds, rate: Rational(1), atEnd: .freeze)),
      in: box
    ) { layer in
      layer.fit = .fill
      change(&layer)
    }
  }

  /// A file's picture with what the file says of itself.
  mutating func asset(_ path: String) throws -> (AssetPicture, ProbeRecord) {
    let record = try probe(path).record
    let video = try #require(record.video)
    paths[record.sha256] = path
    let picture = AssetPicture(
      sha256: record.sha256, isStill: record.isStill, alpha: video.hasAlpha ? .straight : .none,
      rotation: video.rotation, sampleAspect: video.sampleAspect,
      matrix: video.isRGB ? "gbr" : video.matrix ?? "bt709",
      range: video.range ?? (video.isRGB ? "pc" : "tv"))
    return (picture, record)
  }

  func composer() throws -> SceneComposer {
    let picture = ScenePicture(
      width: width, height: height, frameRate: frameRate, frames: frames, backdrop: backdrop,
      layers: layers)
    return try SceneComposer(picture, files: PictureFiles(paths), interrupt: Interrupt())
  }

  func shot(_ index: Int = 0) throws -> Shot { Shot(try composer().canvas(at: index)) }
}

/// A frame to be looked at.
struct Shot: Equatable {
  let width: Int
  let height: Int
  /// Luma, Cb and Cr in reading order.
  let planes: [[UInt8]]

  init(_ canvas: Canvas) {
    (width, height) = (canvas.width, canvas.height)
    planes = (0..<3).map { plane in
      var samples: [UInt8] = []
      for row in 0..<(plane == 0 ? canvas.height : (canvas.height + 1) / 2) {
        canvas.withRow(row, ofPlane: plane) { line in
          for x in line.indices { samples.append(line[x]) }
        }
      }
      return samples
    }
  }

  func luma(_ x: Int, _ y: Int) -> Int { Int(planes[0][y * width + x]) }

  /// Luma and the chroma sample nearest to it.
  func pixel(_ x: Int, _ y: Int) -> Pixel {
    let place = y / 2 * ((width + 1) / 2) + x / 2
    return Pixel(luma: luma(x, y), cb: Int(planes[1][place]), cr: Int(planes[2][place]))
  }

  /// White's share of the picture in pixels, black being nothing.
  var whiteArea: Double { planes[0].reduce(0.0) { $0 + Double(Int($1) - 16) / 219 } }

  /// The middle of what is brighter than black, in pixels from the left and top edge.
  var whiteMiddle: (x: Double, y: Double) { Self.middle(planes[0], width: width, zero: 16) }

  /// The middle of what is redder than grey, in chroma samples.
  var redMiddle: (x: Double, y: Double) {
    Self.middle(planes[2], width: (width + 1) / 2, zero: 128)
  }

  private static func middle(_ samples: [UInt8], width: Int, zero: Int) -> (x: Double, y: Double) {
    var (sum, x, y) = (0.0, 0.0, 0.0)
    for (index, sample) in samples.enumerated() {
      let weight = Double(Int(sample) - zero)
      sum += weight
      x += weight * (Double(index % width) + 0.5)
      y += weight * (Double(index / width) + 0.5)
    }
    return (x / sum, y / sum)
  }

  /// The number that a `FrameCode` clip shows; nil when it is none.
  var number: Int? {
    FrameCode.number(luma: planes[0], width: width, height: height, stride: width)
  }

  /// Peak signal to noise ratio of luma and chroma together in decibels.
  func psnr(to other: Shot) -> Double {
    var (squares, count) = (0.0, 0)
    for (a, b) in zip(planes, other.planes) {
      for (p, q) in zip(a, b) {
        let difference = Double(Int(p) - Int(q))
        squares += difference * difference
        count += 1
      }
    }
    return squares == 0 ? .infinity : 10 * log10(255 * 255 * Double(count) / squares)
  }
}

struct Pixel: Equatable, CustomStringConvertible {
  var luma, cb, cr: Int

  init(luma: Int, cb: Int, cr: Int) { (self.luma, self.cb, self.cr) = (luma, cb, cr) }

  init(_ color: RGBA) {
    let colour = Colour(color)
    self.init(luma: Int(colour.luma), cb: Int(colour.cb), cr: Int(colour.cr))
  }

  func isNear(_ other: Pixel, within distance: Int) -> Bool {
    abs(luma - other.luma) <= distance && abs(cb - other.cb) <= distance
      && abs(cr - other.cr) <= distance
  }

  /// 0…255 each, before clipping.
  var rgb: (red: Double, green: Double, blue: Double) {
    let y = Double(luma - 16) / 219
    let (b, r) = (Double(cb - 128) / 224, Double(cr - 128) / 224)
    return (255 * (y + 1.5748 * r), 255 * (y - 0.1873 * b - 0.4681 * r), 255 * (y + 1.8556 * b))
  }

  var description: String { "\(luma)/\(cb)/\(cr)" }
}

extension RGBA {
  static let black = RGBA(red: 0, green: 0, blue: 0)
  static let white = RGBA(red: 255, green: 255, blue: 255)
  static let grey = RGBA(red: 128, green: 128, blue: 128)
  static let pureRed = RGBA(red: 255, green: 0, blue: 0)
  static let pureGreen = RGBA(red: 0, green: 255, blue: 0)
  static let pureBlue = RGBA(red: 0, green: 0, blue: 255)
}

/// Expects a colour at a place, each component within `distance` codes.
func expect(
  _ shot: Shot, at x: Int, _ y: Int, _ color: RGBA, within distance: Int = 3,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let found = shot.pixel(x, y)
  #expect(
    found.isNear(Pixel(color), within: distance), "at \(x), \(y): wanted \(Pixel(color))",
    sourceLocation: sourceLocation)
}

/// Pictures that show which way is up: red, green, blue and white quarters in reading order.
enum Quarters {
  static let filter =
    "geq=r='if(eq(lt(X,W/2),lt(Y,H/2)),255,0)':g='if(gte(X,W/2),255,0)':b='if(gte(Y,H/2),255,0)'"

  static func still(_ size: String = "40x20") throws -> String {
    try ClipForge.make(
      "quarters.png",
      [
        "-f", "lavfi", "-i", "color=black:s=\(size):r=1", "-vf", "format=rgb24,\(filter)",
        "-frames:v", "1",
      ])
  }

  /// A clip of them in BT.709; `more` goes on the filter.
  static func clip(_ size: String = "40x20", more: String = "", codec: ClipForge.Codec = .ffv1)
    throws -> String
  {
    try ClipForge.make(
      "quarters.\(codec.suffix)",
      [
        "-f", "lavfi", "-i", "color=black:s=\(size):r=30:d=0.2", "-vf",
        "format=gbrp,\(filter),scale=out_color_matrix=bt709:out_range=tv:flags=accurate_rnd,format=yuv420p\(more)",
        "-colorspace", "bt709", "-color_range", "tv",
      ] + codec.arguments)
  }
}
