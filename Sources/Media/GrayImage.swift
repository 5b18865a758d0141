/// A grey picture of whole numbers that goes into a PNG file and comes out of it unchanged.
public struct GrayImage: Sendable, Hashable {
  public let width: Int
  public let height: Int
  /// 1 or 2.
  public let bytesPerSample: Int
  /// In reading order, the high byte of a sample first.
  public let bytes: [UInt8]

  /// Nil when the sizes are not positive or `bytes` is not of that many.
  public init?(width: Int, height: Int, bytesPerSample: Int, bytes: [UInt8]) {
    guard width > 0, height > 0, 1...2 ~= bytesPerSample,
      bytes.count == width * height * bytesPerSample
    else { return nil }
    (self.width, self.height) = (width, height)
    (self.bytesPerSample, self.bytes) = (bytesPerSample, bytes)
  }

  /// Of 16 bits, from samples in reading order.
  public init?(width: Int, height: Int, samples: [UInt16]) {
    self.init(
      width: width, height: height, bytesPerSample: 2,
      bytes: samples.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] })
  }

  /// The samples of 16 bits; those of 8 bits as they are.
  public var samples: [UInt16] {
    if bytesPerSample == 1 { return bytes.map(UInt16.init) }
    return (0..<bytes.count / 2).map { UInt16(bytes[2 * $0]) << 8 | UInt16(bytes[2 * $0 + 1]) }
  }

  /// The bytes of a PNG file.
  public func png() throws -> [UInt8] {
    try PNGFile.encode(
      bytes, width: width, height: height, rowBytes: width * bytesPerSample,
      format: bytesPerSample == 1 ? .gray8 : .gray16)
  }

  /// Reads a PNG file of grey samples.
  ///
  /// Throws when it cannot be read, is damaged, or holds another kind of picture.
  public init(readingPNG path: String) throws(MediaError) {
    // Tables are as long as a film has frames.
    var limits = MediaLimits()
    limits.side = 1 << 20
    let reader = try FrameReader(
      path: path, kind: .video, interrupt: Interrupt(), limits: limits)
    guard let (frame, _) = try reader.next(), reader.decodeErrors == 0,
      frame.format == .gray8 || frame.format == .gray16
    else {
      throw MediaError(
        operation: .decode, code: MediaError.invalidData, subject: path,
        detail: "it is no grey PNG, or it is damaged")
    }
    (width, height) = (frame.width, frame.height)
    bytesPerSample = frame.format == .gray8 ? 1 : 2
    let row = width * bytesPerSample
    let plane = frame.view(0, width: row, height: height)
    let count = row * height
    bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, used in
      for y in 0..<plane.height {
        unsafe (buffer.baseAddress! + used).initialize(from: plane.row(y), count: plane.width)
        used += plane.width
      }
    }
  }
}

extension PackedPicture {
  /// Luma above, Cb and Cr side by side below it. Sizes must be even, as a film's are.
  public func mosaic() -> GrayImage? {
    guard width.isMultiple(of: 2), height.isMultiple(of: 2) else { return nil }
    var bytes = Array(samples[..<(width * height)])
    for y in 0..<chromaHeight {
      for index in 1...2 {
        let start = plane(index).start + y * chromaWidth
        bytes += samples[start..<start + chromaWidth]
      }
    }
    return GrayImage(width: width, height: height * 3 / 2, bytesPerSample: 1, bytes: bytes)
  }

  /// The picture of which `mosaic` is made; nil when it can be none.
  public init?(mosaic image: GrayImage) {
    let (width, height) = (image.width, image.height * 2 / 3)
    guard image.bytesPerSample == 1, width.isMultiple(of: 2), height.isMultiple(of: 2),
      height * 3 == image.height * 2
    else { return nil }
    var samples = Array(image.bytes[..<(width * height)])
    for half in 0..<2 {
      for y in 0..<height / 2 {
        let start = width * (height + y) + half * width / 2
        samples += image.bytes[start..<start + width / 2]
      }
    }
    self.init(width: width, height: height, samples: samples)
  }
}
