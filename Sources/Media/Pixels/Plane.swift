/// A plane of 8-bit samples that owns its memory.
///
/// Rows start at multiples of 64 bytes and are followed by at least 16 bytes of padding.
/// Not `Sendable`: a plane is handed over, never shared.
@safe
public final class Plane {
  public let width: Int
  public let height: Int
  /// Bytes from one row to the next.
  public let stride: Int
  private let base: UnsafeMutablePointer<UInt8>

  /// A plane of `width` × `height` samples, both at least 1. The padding is set too, so that equal
  /// work always sees equal memory.
  public init(width: Int, height: Int, filledWith value: UInt8 = 0) {
    precondition(width > 0 && height > 0, "a plane has at least one sample")
    self.width = width
    self.height = height
    stride = (width + 16 + 63) & ~63
    let bytes = UnsafeMutableRawPointer.allocate(byteCount: stride * height, alignment: 64)
    unsafe base = bytes.initializeMemory(as: UInt8.self, repeating: value, count: stride * height)
  }

  deinit { unsafe base.deallocate() }

  var view: PlaneView { unsafe PlaneView(base, stride: stride, width: width, height: height) }

  /// One sample; `x` and `y` must be inside.
  public subscript(x: Int, y: Int) -> UInt8 {
    get {
      precondition(0..<width ~= x && 0..<height ~= y, "sample outside of the plane")
      return unsafe base[y * stride + x]
    }
    set {
      precondition(0..<width ~= x && 0..<height ~= y, "sample outside of the plane")
      unsafe base[y * stride + x] = newValue
    }
  }

  /// Lends row `y` for reading: `width` samples.
  public func withRow<Result>(_ y: Int, _ body: (borrowing Span<UInt8>) -> Result) -> Result {
    precondition(0..<height ~= y, "row outside of the plane")
    let row = unsafe UnsafeBufferPointer(start: base + y * stride, count: width)
    return unsafe body(row.span)
  }

  /// Lends row `y` for writing: `width` samples.
  public func withMutableRow<Result>(
    _ y: Int, _ body: (inout MutableSpan<UInt8>) -> Result
  ) -> Result {
    precondition(0..<height ~= y, "row outside of the plane")
    let row = unsafe UnsafeMutableBufferPointer(start: base + y * stride, count: width)
    var span = unsafe row.mutableSpan
    return body(&span)
  }

  /// A plane with the same samples.
  public func copy() -> Plane {
    let copy = Plane(width: width, height: height)
    copy.view.copy(from: view)
    return copy
  }

  /// Sets every sample to `value`.
  public func fill(_ value: UInt8) { view.fill(value) }

  /// The samples in reading order, without padding.
  public var samples: [UInt8] {
    var samples: [UInt8] = []
    samples.reserveCapacity(width * height)
    for y in 0..<height {
      unsafe samples.append(contentsOf: UnsafeBufferPointer(start: base + y * stride, count: width))
    }
    return samples
  }
}

extension Plane {
  /// A plane of samples in reading order; `samples` must hold `width * height` of them.
  public convenience init(width: Int, height: Int, samples: [UInt8]) {
    precondition(samples.count == width * height, "one value for each sample")
    self.init(width: width, height: height)
    for y in 0..<height {
      for x in 0..<width { self[x, y] = samples[y * width + x] }
    }
  }
}

extension PlaneView {
  /// Sets every sample to `value`.
  func fill(_ value: UInt8) {
    for y in 0..<height { unsafe row(y).update(repeating: value, count: width) }
  }

  /// Copies a plane of the same size.
  func copy(from source: PlaneView) {
    precondition(source.width == width && source.height == height, "planes of one size")
    for y in 0..<height { unsafe row(y).update(from: source.row(y), count: width) }
  }
}
