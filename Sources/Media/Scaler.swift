internal import CLibav

/// Changes the memory layout of pictures: packed to planar, 10 bits to 8, palette to RGBA.
///
/// Size, matrix and range stay as they are: scaling and colour belong to the compositor's own kernels, which
/// give the same bits everywhere. The flags that make libswscale do so too are always set. Not `Sendable`.
@safe
public final class Scaler {
  private var context: OpaquePointer?

  public init() {}

  deinit { unsafe sws_freeContext(context) }

  /// A new frame with `frame`'s picture in `format`; time and tags are copied. `matrix` counts only between RGB
  /// and YUV.
  public func convert(
    _ frame: Frame, to format: PixelFormat, matrix: ColourSpace.Matrix = .bt709
  ) throws(MediaError) -> Frame {
    let result = try Frame(width: frame.width, height: frame.height, format: format)
    let flags = Int32(
      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT | SWS_FULL_CHR_H_INP | SWS_BITEXACT)
    try CPUFeatures.any { () throws(MediaError) in
      unsafe context = sws_getCachedContext(
        context, frame.pointer.pointee.width, frame.pointer.pointee.height, frame.format.value,
        frame.pointer.pointee.width, frame.pointer.pointee.height, format.value, flags, nil, nil,
        nil)
    }
    guard let context = unsafe context else {
      throw MediaError(
        operation: .scale, code: RN_EINVAL, subject: "\(frame.format.name) to \(format.name)",
        detail: "libswscale cannot convert these formats")
    }
    // One matrix and range on both sides, so that YUV passes through unchanged.
    let table = unsafe sws_getCoefficients(matrix == .bt601 ? SWS_CS_ITU601 : SWS_CS_ITU709)
    let full: Int32 = frame.format.isRGB || format.isRGB ? 1 : 0
    _ = unsafe sws_setColorspaceDetails(context, table, full, table, full, 0, 1 << 16, 1 << 16)
    let rows = unsafe withUnsafePointer(to: &frame.pointer.pointee.data) {
      unsafe UnsafeRawPointer($0).assumingMemoryBound(to: UnsafePointer<UInt8>?.self)
    }
    let strides = unsafe withUnsafePointer(to: &frame.pointer.pointee.linesize) {
      unsafe UnsafeRawPointer($0).assumingMemoryBound(to: Int32.self)
    }
    let outRows = unsafe withUnsafePointer(to: &result.pointer.pointee.data) {
      unsafe UnsafeRawPointer($0).assumingMemoryBound(to: UnsafeMutablePointer<UInt8>?.self)
    }
    let outStrides = unsafe withUnsafePointer(to: &result.pointer.pointee.linesize) {
      unsafe UnsafeRawPointer($0).assumingMemoryBound(to: Int32.self)
    }
    try check(
      unsafe sws_scale(
        context, rows, strides, 0, frame.pointer.pointee.height, outRows, outStrides), .scale)
    try check(unsafe av_frame_copy_props(result.pointer, frame.pointer), .scale)
    return result
  }
}
