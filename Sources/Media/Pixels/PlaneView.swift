/// A borrowed plane of 8-bit samples, the one shape all pixel kernels work on.
///
/// Does not own its samples: whoever makes a view keeps the owner (`Plane`, a frame) alive and unshared
/// while a kernel runs. Kernels read and write only the `width` samples of each row, never the padding,
/// and `stride` may be negative. Samples are columns left to right, rows top to bottom.
@safe
struct PlaneView {
  let base: UnsafeMutablePointer<UInt8>
  /// Bytes from one row to the next.
  let stride: Int
  let width: Int
  let height: Int

  init(_ base: UnsafeMutablePointer<UInt8>, stride: Int, width: Int, height: Int) {
    precondition(width > 0 && height > 0, "a plane has at least one sample")
    unsafe self.base = base
    self.stride = stride
    self.width = width
    self.height = height
  }

  /// The first sample of row `y`; `y` is not checked.
  @inline(__always)
  func row(_ y: Int) -> UnsafeMutablePointer<UInt8> { unsafe base + y &* stride }

  /// The part of this plane inside the given rectangle, or nil when they do not meet.
  func cropped(x: Int, y: Int, width cropWidth: Int, height cropHeight: Int) -> PlaneView? {
    let left = max(x, 0)
    let top = max(y, 0)
    let right = min(x + cropWidth, width)
    let bottom = min(y + cropHeight, height)
    guard left < right, top < bottom else { return nil }
    return unsafe PlaneView(
      row(top) + left, stride: stride, width: right - left, height: bottom - top)
  }
}

/// The three borrowed planes of a 4:2:0 picture: chroma is half the luma size, rounded up.
@safe
struct CanvasView {
  let luma: PlaneView
  let cb: PlaneView
  let cr: PlaneView

  init(luma: PlaneView, cb: PlaneView, cr: PlaneView) {
    let width = (luma.width + 1) / 2
    let height = (luma.height + 1) / 2
    precondition(cb.width == width && cb.height == height, "Cb is half the luma size")
    precondition(cr.width == width && cr.height == height, "Cr is half the luma size")
    self.luma = luma
    self.cb = cb
    self.cr = cr
  }
}
