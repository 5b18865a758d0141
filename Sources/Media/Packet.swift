internal import CLibav

/// One encoded picture or stretch of sound. Owns one `AVPacket`; not `Sendable`.
@safe
public final class Packet {
  let pointer: UnsafeMutablePointer<AVPacket>

  public init() throws(MediaError) {
    guard let pointer = unsafe av_packet_alloc() else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: "packet")
    }
    unsafe self.pointer = pointer
  }

  /// A packet with a copy of `bytes`.
  public convenience init(
    bytes: [UInt8], pts: Int64, dts: Int64, duration: Int64, isKey: Bool
  ) throws(MediaError) {
    try self.init()
    try check(unsafe av_new_packet(pointer, Int32(bytes.count)), .allocate, on: "packet")
    unsafe bytes.withUnsafeBytes { source in
      if let base = source.baseAddress {
        unsafe pointer.pointee.data.update(
          from: base.assumingMemoryBound(to: UInt8.self), count: source.count)
      }
    }
    unsafe pointer.pointee.pts = pts
    unsafe pointer.pointee.dts = dts
    unsafe pointer.pointee.duration = duration
    if isKey { unsafe pointer.pointee.flags |= AV_PKT_FLAG_KEY }
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVPacket>? = unsafe pointer
    unsafe av_packet_free(&pointer)
  }

  public var streamIndex: Int {
    get { Int(unsafe pointer.pointee.stream_index) }
    set { unsafe pointer.pointee.stream_index = Int32(newValue) }
  }
  public var size: Int { Int(unsafe pointer.pointee.size) }
  public var isKey: Bool { unsafe pointer.pointee.flags & AV_PKT_FLAG_KEY != 0 }
  public var isCorrupt: Bool { unsafe pointer.pointee.flags & AV_PKT_FLAG_CORRUPT != 0 }
  /// A packet that is decoded and not shown.
  public var isDiscarded: Bool { unsafe pointer.pointee.flags & AV_PKT_FLAG_DISCARD != 0 }

  /// Presentation time in ticks of its stream; nil where the container does not say.
  public var pts: Int64? {
    get { unsafe pointer.pointee.pts == RN_NOPTS ? nil : pointer.pointee.pts }
    set { unsafe pointer.pointee.pts = newValue ?? RN_NOPTS }
  }
  /// Decoding time in ticks of its stream; nil where the container does not say.
  public var dts: Int64? {
    get { unsafe pointer.pointee.dts == RN_NOPTS ? nil : pointer.pointee.dts }
    set { unsafe pointer.pointee.dts = newValue ?? RN_NOPTS }
  }
  /// Length in ticks of its stream; 0 where the container does not say.
  public var duration: Int64 {
    get { unsafe pointer.pointee.duration }
    set { unsafe pointer.pointee.duration = newValue }
  }

  /// Lends the payload.
  public func withBytes<Value, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    let count = size
    guard count > 0, let data = unsafe pointer.pointee.data else { return try body(Span()) }
    return try body(unsafe Span(_unsafeStart: data, count: count))
  }

  /// A copy of the payload.
  public var bytes: [UInt8] {
    let count = size
    guard count > 0, let data = unsafe pointer.pointee.data else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: data, count: count))
  }

  /// Samples to drop at the start and end of the decoded sound, as container and encoder recorded them.
  public var skippedSamples: (start: Int, end: Int) {
    var size = 0
    guard let data = unsafe av_packet_get_side_data(pointer, AV_PKT_DATA_SKIP_SAMPLES, &size),
      size >= 8
    else {
      return (0, 0)
    }
    let bytes = UnsafeRawPointer(data)
    return (
      Int(UInt32(littleEndian: unsafe bytes.loadUnaligned(as: UInt32.self))),
      Int(UInt32(littleEndian: unsafe bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
    )
  }
}
