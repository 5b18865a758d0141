internal import CLibav

/// How a picture's samples lie in memory; one of libav's formats.
public struct PixelFormat: Sendable, Hashable, RawRepresentable {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }
  init(_ format: AVPixelFormat) { rawValue = format.rawValue }
  var value: AVPixelFormat { AVPixelFormat(rawValue) }

  /// libav's name, such as `yuv420p`; nil when libav does not know it.
  public init?(named name: String) {
    let format = unsafe name.withCString { unsafe av_get_pix_fmt($0) }
    if format == AV_PIX_FMT_NONE { return nil }
    self.init(format)
  }

  public static let yuv420p = PixelFormat(AV_PIX_FMT_YUV420P)
  public static let yuv422p = PixelFormat(AV_PIX_FMT_YUV422P)
  public static let yuv444p = PixelFormat(AV_PIX_FMT_YUV444P)
  public static let yuva420p = PixelFormat(AV_PIX_FMT_YUVA420P)
  public static let yuva422p = PixelFormat(AV_PIX_FMT_YUVA422P)
  public static let yuva444p = PixelFormat(AV_PIX_FMT_YUVA444P)
  public static let rgba = PixelFormat(AV_PIX_FMT_RGBA)
  public static let rgb24 = PixelFormat(AV_PIX_FMT_RGB24)
  public static let gray8 = PixelFormat(AV_PIX_FMT_GRAY8)
  /// The high byte first.
  public static let gray16 = PixelFormat(AV_PIX_FMT_GRAY16BE)
  public static let yuvj420p = PixelFormat(AV_PIX_FMT_YUVJ420P)
  public static let yuv422p10 = PixelFormat(AV_PIX_FMT_YUV422P10LE)

  public var name: String {
    guard let name = unsafe av_get_pix_fmt_name(value) else { return "unknown" }
    return unsafe String(cString: name)
  }

  /// libav's description; nil for a format it does not know.
  private var descriptor: AVPixFmtDescriptor? {
    guard let descriptor = unsafe av_pix_fmt_desc_get(value) else { return nil }
    return unsafe descriptor.pointee
  }

  private func has(flag: Int32) -> Bool {
    guard let descriptor = unsafe descriptor else { return false }
    return unsafe descriptor.flags & UInt64(flag) != 0
  }

  // A palette may hold transparent colours, though its descriptor does not say so.
  private var isPalette: Bool { self == PixelFormat(AV_PIX_FMT_PAL8) }

  public var hasAlpha: Bool { isPalette || has(flag: Int32(AV_PIX_FMT_FLAG_ALPHA)) }
  public var isRGB: Bool { isPalette || has(flag: Int32(AV_PIX_FMT_FLAG_RGB)) }
  /// Binary logarithms of how many luma columns and rows share one chroma sample.
  public var chromaShift: (x: Int, y: Int) {
    guard let descriptor = unsafe descriptor else { return (0, 0) }
    return unsafe (Int(descriptor.log2_chroma_w), Int(descriptor.log2_chroma_h))
  }
  /// Bits of the first component.
  public var depth: Int {
    guard let descriptor = unsafe descriptor else { return 8 }
    return unsafe Int(descriptor.comp.0.depth)
  }
  /// Grey, with or without alpha: no chroma.
  public var isGray: Bool {
    guard let descriptor = unsafe descriptor else { return false }
    return unsafe !isRGB && descriptor.nb_components <= 2
  }
}
