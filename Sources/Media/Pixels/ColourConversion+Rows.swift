extension ColourConversion {
  /// Converts a row of luma in place. `cb` and `cr` hold the chroma at each luma sample times 8, and
  /// have slack for 8 more values.
  func convertLuma(
    _ luma: UnsafeMutablePointer<UInt8>, cb: UnsafePointer<Int16>, cr: UnsafePointer<Int16>,
    count: Int
  ) {
    let first = repeatedPair(self.luma.y, self.luma.cb)
    let second = repeatedPair(self.luma.cr, 0)
    let neutral = SIMD8<Int16>(repeating: 1024)
    // Black of the canvas and half a step of rounding.
    let offset = SIMD4<Int32>(repeating: 16 << 17 + 1 << 16)
    let shift = SIMD4<Int32>(repeating: 17)
    var x = 0
    while x < count {
      let rest = min(8, count &- x)
      let samples = unsafe rest == 8 ? load8(luma + x) : load8(luma + x, first: rest)
      let y = (widened(samples) &- SIMD8(repeating: lumaZero)) &<< SIMD8(repeating: 3)
      let u = unsafe load8(cb + x) &- neutral
      let v = unsafe load8(cr + x) &- neutral
      let low =
        multiplyAddPairs(interleavedLow(y, u), first)
        &+ multiplyAddPairs(interleavedLow(v, SIMD8()), second) &+ offset
      let high =
        multiplyAddPairs(interleavedHigh(y, u), first)
        &+ multiplyAddPairs(interleavedHigh(v, SIMD8()), second) &+ offset
      let bytes = saturatedToBytes(saturated(low &>> shift, high &>> shift))
      if rest == 8 {
        unsafe store(bytes, to: luma + x)
      } else {
        unsafe store(bytes, first: rest, to: luma + x)
      }
      x &+= 8
    }
  }

  /// Converts a row of chroma in place.
  func convertChroma(
    _ cb: UnsafeMutablePointer<UInt8>, _ cr: UnsafeMutablePointer<UInt8>, count: Int
  ) {
    let toCb = repeatedPair(self.cb.cb, self.cb.cr)
    let toCr = repeatedPair(self.cr.cb, self.cr.cr)
    let neutral = SIMD8<Int16>(repeating: 128)
    let offset = SIMD4<Int32>(repeating: 128 << 14 + 1 << 13)
    let shift = SIMD4<Int32>(repeating: 14)
    var x = 0
    while x < count {
      let rest = min(8, count &- x)
      let u = unsafe widened(rest == 8 ? load8(cb + x) : load8(cb + x, first: rest)) &- neutral
      let v = unsafe widened(rest == 8 ? load8(cr + x) : load8(cr + x, first: rest)) &- neutral
      let (low, high) = (interleavedLow(u, v), interleavedHigh(u, v))
      let newCb = saturatedToBytes(
        saturated(
          (multiplyAddPairs(low, toCb) &+ offset) &>> shift,
          (multiplyAddPairs(high, toCb) &+ offset) &>> shift))
      let newCr = saturatedToBytes(
        saturated(
          (multiplyAddPairs(low, toCr) &+ offset) &>> shift,
          (multiplyAddPairs(high, toCr) &+ offset) &>> shift))
      if rest == 8 {
        unsafe store(newCb, to: cb + x)
        unsafe store(newCr, to: cr + x)
      } else {
        unsafe store(newCb, first: rest, to: cb + x)
        unsafe store(newCr, first: rest, to: cr + x)
      }
      x &+= 8
    }
  }
}

extension Bitmap {
  /// Converts the samples, until now in `source`, to BT.709 limited range, in place. Alpha stays.
  public func convert(from source: ColourSpace) {
    guard source != .canvas else { return }
    let conversion = ColourConversion(from: source)
    unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: 2 * (width + 16)) { scratch in
      unsafe scratch.initialize(repeating: 0)
      let u = scratch.baseAddress!
      let v = unsafe u + width + 16
      for y in 0..<height {
        let (cb, cr) = unsafe (self.cb.view.row(y), self.cr.view.row(y))
        for x in 0..<width {
          unsafe u[x] = Int16(cb[x]) &<< 3
          unsafe v[x] = Int16(cr[x]) &<< 3
        }
        unsafe conversion.convertLuma(luma.view.row(y), cb: u, cr: v, count: width)
        unsafe conversion.convertChroma(cb, cr, count: width)
      }
    }
  }
}

extension CanvasView {
  /// Converts the samples, until now in `source`, to BT.709 limited range, in place.
  ///
  /// Luma needs the chroma at its own place: that is interpolated linearly from left-sited samples.
  func convert(from source: ColourSpace) {
    guard source != .canvas else { return }
    let conversion = ColourConversion(from: source)
    let width = luma.width
    unsafe withUnsafeTemporaryAllocation(of: Int16.self, capacity: 3 * (width + 32)) { scratch in
      unsafe scratch.initialize(repeating: 1024)
      let u = scratch.baseAddress!
      let v = unsafe u + width + 32
      let between = unsafe v + width + 32
      for y in 0..<luma.height {
        if conversion.lumaNeedsChroma {
          unsafe cb.upsample(lumaRow: y, between: between, into: u)
          unsafe cr.upsample(lumaRow: y, between: between, into: v)
        }
        unsafe conversion.convertLuma(luma.row(y), cb: u, cr: v, count: width)
      }
    }
    guard conversion.changesChroma else { return }
    for y in 0..<cb.height {
      unsafe conversion.convertChroma(cb.row(y), cr.row(y), count: cb.width)
    }
  }
}

extension PlaneView {
  /// The chroma at the samples of one luma row, times 8: 3 to 1 between the two nearest rows, then
  /// as it is on even columns and the mean of both neighbours on odd ones.
  fileprivate func upsample(
    lumaRow: Int, between: UnsafeMutablePointer<Int16>, into result: UnsafeMutablePointer<Int16>
  ) {
    let nearRow = lumaRow >> 1
    let farRow = min(max(lumaRow & 1 == 0 ? nearRow - 1 : nearRow + 1, 0), height - 1)
    let (near, far) = unsafe (row(nearRow), row(farRow))
    for x in 0..<width { unsafe between[x] = 3 &* Int16(near[x]) &+ Int16(far[x]) }
    unsafe between[width] = between[width - 1]
    for x in 0..<width {
      unsafe result[2 &* x] = between[x] &* 2
      unsafe result[2 &* x &+ 1] = between[x] &+ between[x &+ 1]
    }
  }
}
