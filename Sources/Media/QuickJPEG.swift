internal import CLibav

/// Makes JPEG files of canvases quickly, for looking at. Not `Sendable`.
@safe
public final class QuickJPEG {
  private let shrinker = Shrinker()

  public init() {}

  /// A JPEG file, scaled down when `width` is less than the canvas's; `quality` is 2 (best) … 31.
  ///
  /// Colours become those of JFIF by 14-bit integers. Full-size pictures keep their chroma samples where they are.
  public func encode(_ canvas: Canvas, width: Int, quality: Int) throws -> [UInt8] {
    let size = Shrinker.size(of: canvas.width, canvas.height, boundTo: width)
    let picture = try Frame(width: size.width, height: size.height, format: .yuvj420p)
    let small = try shrinker.frame(of: canvas, width: size.width, height: size.height)
    Self.recolour(small.canvasView, picture.canvasView)
    picture.pts = 0
    let number = String(min(max(quality, 2), 31))
    let encoder = try Encoder(
      VideoEncoderSettings(
        encoder: "mjpeg", width: size.width, height: size.height, frameRate: TimeBase(1, 1),
        pixelFormat: .yuvj420p, gop: 1,
        options: ["qmin": number, "qmax": number, "huffman": "default"]))
    var bytes: [UInt8] = []
    for input in [picture, nil] { try encoder.encode(input) { bytes += $0.bytes } }
    return bytes
  }

  /// From BT.709 limited to BT.601 full range, both 4:2:0.
  private static func recolour(_ source: CanvasView, _ target: CanvasView) {
    var shift = [Int32](repeating: 0, count: source.cb.width)
    for row in 0..<source.cb.height {
      let (cb, cr) = unsafe (source.cb.row(row), source.cr.row(row))
      let (newCb, newCr) = unsafe (target.cb.row(row), target.cr.row(row))
      for x in 0..<source.cb.width {
        let (b, r) = unsafe (Int32(cb[x]) - 128, Int32(cr[x]) - 128)
        shift[x] = 1894 &* b &+ 3657 &* r &+ 8192 &- 16 &* 19077
        unsafe newCb[x] = byte(128 &+ (18463 &* b &- 2064 &* r &+ 8192) >> 14)
        unsafe newCr[x] = byte(128 &+ (18342 &* r &- 1351 &* b &+ 8192) >> 14)
      }
      for line in 2 * row..<min(2 * row + 2, source.luma.height) {
        let (from, to) = unsafe (source.luma.row(line), target.luma.row(line))
        unsafe shift.withUnsafeBufferPointer { shift in
          for x in 0..<source.luma.width {
            unsafe to[x] = byte((19077 &* Int32(from[x]) &+ shift[x >> 1]) >> 14)
          }
        }
      }
    }
  }

  @inline(__always)
  private static func byte(_ value: Int32) -> UInt8 {
    UInt8(truncatingIfNeeded: max(0, min(255, value)))
  }
}

extension Canvas {
  /// The samples of luma, Cb and Cr in reading order without padding: what goes into an encoder.
  public var planes: [UInt8] {
    let view = frame.canvasView
    var bytes: [UInt8] = []
    bytes.reserveCapacity(width * height * 3 / 2)
    for plane in [view.luma, view.cb, view.cr] {
      for row in 0..<plane.height {
        unsafe bytes.append(
          contentsOf: UnsafeBufferPointer(start: plane.row(row), count: plane.width))
      }
    }
    return bytes
  }
}
