extension RGBASurface {
  /// Takes over packed straight RGBA of the same size; clear pixels lose their colour.
  public func replace(withStraight rgba: [UInt8]) {
    precondition(rgba.count == 4 * width * height, "four bytes for each pixel")
    unsafe rgba.withUnsafeBufferPointer { bytes in
      for index in 0..<width * height {
        let alpha = unsafe Int(bytes[4 &* index &+ 3])
        var pixel = UInt32(truncatingIfNeeded: alpha) &<< 24
        for channel in 0..<3 {
          let value = unsafe divided255(Int(bytes[4 &* index &+ channel]) &* alpha)
          pixel |= UInt32(truncatingIfNeeded: value) &<< UInt32(truncatingIfNeeded: 8 &* channel)
        }
        unsafe pixels[index] = pixel
      }
    }
  }

  /// Packed RGBA in reading order, straight or premultiplied.
  public func rgba(premultiplied: Bool = false) -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 4 * width * height) { bytes, count in
      for y in 0..<height {
        unsafe write(y, to: bytes.baseAddress! + 4 * width * y, premultiplied: premultiplied)
      }
      count = 4 * width * height
    }
  }

  /// Writes the picture into an RGBA frame of the same size.
  public func write(to frame: Frame, premultiplied: Bool = false) throws(MediaError) {
    guard frame.format == .rgba, frame.width == width, frame.height == height else {
      throw MediaError(
        operation: .allocate, code: MediaError.invalidData,
        subject: "\(frame.width)x\(frame.height) \(frame.format.name)",
        detail: "an RGBA frame of \(width)x\(height) is needed")
    }
    try frame.makeWritable()
    let view = frame.view(0, width: 4 * width, height: height)
    for y in 0..<height { unsafe write(y, to: view.row(y), premultiplied: premultiplied) }
  }

  /// The picture as an RGBA frame of its own.
  public func frame(premultiplied: Bool = false) throws(MediaError) -> Frame {
    let frame = try Frame(width: width, height: height, format: .rgba)
    try write(to: frame, premultiplied: premultiplied)
    return frame
  }

  /// The bytes of a PNG file with transparency.
  public func png() throws -> [UInt8] {
    try PNGFile.encode(rgba(), width: width, height: height, rowBytes: 4 * width, format: .rgba)
  }

  /// One pixel, premultiplied; it must be inside.
  public func pixel(_ x: Int, _ y: Int) -> (red: UInt8, green: UInt8, blue: UInt8, alpha: UInt8) {
    precondition(0..<width ~= x && 0..<height ~= y, "pixel outside of the picture")
    let pixel = unsafe row(y)[x]
    func byte(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: pixel &>> shift) }
    return (byte(0), byte(8), byte(16), byte(24))
  }

  /// Copies the pixels of a picture of the same size.
  public func copy(from other: RGBASurface) {
    precondition(other.width == width && other.height == height, "pictures of one size")
    unsafe pixels.update(from: other.pixels, count: width * height)
  }

  private func write(_ y: Int, to bytes: UnsafeMutablePointer<UInt8>, premultiplied: Bool) {
    let from = unsafe row(y)
    let raw = UnsafeMutableRawPointer(bytes)
    if premultiplied {
      return unsafe raw.copyMemory(from: from, byteCount: 4 * width)
    }
    for x in 0..<width {
      let pixel = unsafe from[x]
      let alpha = pixel &>> 24
      let straight = alpha == 255 || alpha == 0 ? pixel : Self.straight(pixel, alpha)
      unsafe raw.storeBytes(of: straight, toByteOffset: 4 &* x, as: UInt32.self)
    }
  }

  @inline(__always)
  private static func straight(_ pixel: UInt32, _ alpha: UInt32) -> UInt32 {
    var result = alpha &<< 24
    for shift in [0, 8, 16] as [UInt32] {
      let value = ((pixel &>> shift & 255) &* 255 &+ alpha / 2) / alpha
      result |= min(value, 255) &<< shift
    }
    return result
  }

  /// Writes what `map` finds for `count` pixels from column `x` of row `y`: four neighbours, weighed by 1/256.
  func sample(
    _ map: RowPaint.Map, into pixels: UnsafeMutablePointer<UInt32>, x: Int, y: Int, count: Int
  ) {
    func fixed(_ value: Double) -> Int { Int(min(max(value * 65536, -0x1p44), 0x1p44).rounded()) }
    let (column, line) = (Double(x) + 0.5, Double(y) + 0.5)
    var u = fixed(map.a * column + map.c * line + map.e - 0.5)
    var v = fixed(map.b * column + map.d * line + map.f - 0.5)
    let (du, dv) = (fixed(map.a), fixed(map.b))
    for index in 0..<count {
      unsafe pixels[index] = blended(u, v)
      u = u &+ du
      v = v &+ dv
    }
  }

  @inline(__always)
  private func blended(_ u: Int, _ v: Int) -> UInt32 {
    let (x, y) = (u >> 16, v >> 16)
    let (left, right) = (min(max(x, 0), width &- 1), min(max(x &+ 1, 0), width &- 1))
    let upper = unsafe row(min(max(y, 0), height &- 1))
    let lower = unsafe row(min(max(y &+ 1, 0), height &- 1))
    let (fx, fy) = (
      UInt32(truncatingIfNeeded: u >> 8 & 255), UInt32(truncatingIfNeeded: v >> 8 & 255)
    )
    let above = unsafe Self.mixed(upper[left], upper[right], fx)
    return unsafe Self.mixed(above, Self.mixed(lower[left], lower[right], fx), fy)
  }

  /// `a` and `b` by `share` / 256, rounded to nearest.
  @inline(__always)
  private static func mixed(_ a: UInt32, _ b: UInt32, _ share: UInt32) -> UInt32 {
    let rest = 256 &- share
    let low = (a & 0xFF_00FF) &* rest &+ (b & 0xFF_00FF) &* share &+ 0x80_0080
    let high = (a &>> 8 & 0xFF_00FF) &* rest &+ (b &>> 8 & 0xFF_00FF) &* share &+ 0x80_0080
    return low &>> 8 & 0xFF_00FF | high & 0xFF00_FF00
  }
}

extension RGBASurface {
  /// Fills outlines whose edges are softened by a Gaussian of this standard deviation, moved by (`x`, `y`): shadows,
  /// glows. `box` is where the outlines lie, in pixels.
  public func fillSoft(
    _ outline: FlatOutline, rule: FillRule, box: (x: Int, y: Int, width: Int, height: Int),
    deviation: Double, paint: RowPaint, opacity: UInt8 = 255
  ) {
    let margin = Int((3 * min(max(deviation, 0), 400)).rounded(.up)) + 2
    // Only what can reach the picture is drawn and softened.
    let left = max(box.x - margin, -2 * margin)
    let top = max(box.y - margin, -2 * margin)
    let right = min(box.x + box.width + margin, width + 2 * margin)
    let bottom = min(box.y + box.height + margin, height + 2 * margin)
    guard left < right, top < bottom else { return }
    let plane = Self.plane(
      outline, rule: rule, x: left, y: top, width: right - left, height: bottom - top)
    GaussianBlur(width: plane.width, height: plane.height, deviation: min(deviation, 400))
      .apply(to: plane)
    fill(plane, x: left, y: top, paint: paint, opacity: opacity)
  }
}
