internal import CLibav

/// Makes pictures smaller for looking at: quick, by averaging, not for films. Not `Sendable`.
@safe
public final class Shrinker {
  private var context: OpaquePointer?

  public init() {}

  deinit { unsafe sws_freeContext(context) }

  /// The size of a picture of `width`, never larger than the canvas; both even.
  public static func size(
    of width: Int, _ height: Int, boundTo bound: Int
  ) -> (width: Int, height: Int) {
    if bound >= width { return (width, height) }
    let even = max(16, bound & ~1)
    return (even, max(2, (height * even / width + 1) & ~1))
  }

  /// A frame in the canvas's colours, of this size.
  public func frame(of canvas: Canvas, width: Int, height: Int) throws(MediaError) -> Frame {
    let source = canvas.frame
    if width == source.width, height == source.height { return try source.reference() }
    let small = try Frame(width: width, height: height, format: .yuv420p)
    if 2 * width == source.width, 2 * height == source.height, width % 2 == 0, height % 2 == 0 {
      let (from, to) = (source.canvasView, small.canvasView)
      Self.halve(from.luma, to.luma)
      Self.halve(from.cb, to.cb)
      Self.halve(from.cr, to.cr)
      small.tagBT709()
      return small
    }
    unsafe context = sws_getCachedContext(
      context, Int32(source.width), Int32(source.height), AV_PIX_FMT_YUV420P, Int32(width),
      Int32(height), AV_PIX_FMT_YUV420P, SWS_AREA, nil, nil, nil)
    guard let context = unsafe context else {
      throw MediaError(operation: .scale, code: RN_EINVAL, subject: "\(width)x\(height)")
    }
    let rows = unsafe withUnsafePointer(to: &source.pointer.pointee.data) {
      unsafe UnsafeRawPointer($0).assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    }
    let strides = unsafe withUnsafePointer(to: &source.pointer.pointee.linesize) {
      unsafe UnsafeRawPointer($0).assumingMemoryBound(to: Int32.self)
    }
    let outRows = unsafe withUnsafePointer(to: &small.pointer.pointee.data) {
      unsafe UnsafeRawPointer($0).assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self)
    }
    let outStrides = unsafe withUnsafePointer(to: &small.pointer.pointee.linesize) {
      unsafe UnsafeRawPointer($0).assumingMemoryBound(to: Int32.self)
    }
    try check(
      unsafe sws_scale(context, rows, strides, 0, Int32(source.height), outRows, outStrides),
      .scale)
    small.tagBT709()
    return small
  }

  /// Each sample becomes the mean of four. Pairs of bytes are taken as one number, whose halves are summed at once.
  private static func halve(_ source: PlaneView, _ target: PlaneView) {
    typealias Pairs = SIMD8<UInt16>
    for y in 0..<target.height {
      let (above, below) = unsafe (
        UnsafeRawPointer(source.row(2 * y)), UnsafeRawPointer(source.row(2 * y + 1))
      )
      let row = unsafe UnsafeMutableRawPointer(target.row(y))
      var x = 0
      while x + 8 <= target.width {
        let a = unsafe above.loadUnaligned(fromByteOffset: 2 * x, as: Pairs.self)
        let b = unsafe below.loadUnaligned(fromByteOffset: 2 * x, as: Pairs.self)
        let sum = (a & 255) &+ (a &>> 8) &+ (b & 255) &+ (b &>> 8) &+ 2
        unsafe row.storeBytes(
          of: SIMD8<UInt8>(truncatingIfNeeded: sum &>> 2), toByteOffset: x, as: SIMD8<UInt8>.self)
        x += 8
      }
      while x < target.width {
        let (a, b) = unsafe (source.row(2 * y) + 2 * x, source.row(2 * y + 1) + 2 * x)
        let sum = unsafe Int(a[0]) + Int(a[1]) + Int(b[0]) + Int(b[1]) + 2
        unsafe target.row(y)[x] = UInt8(sum / 4)
        x += 1
      }
    }
  }
}
