internal import CLibav

/// One decoded picture or stretch of sound.
///
/// Owns one `AVFrame`. Its samples may be shared with other frames by reference count, so writing goes
/// through `makeWritable`, which first copies what is shared. Not `Sendable`: another actor receives a
/// frame through a `sending` parameter.
@safe
public final class Frame {
  let pointer: UnsafeMutablePointer<AVFrame>

  /// Takes over `pointer`; the caller must not free it.
  init(adopting pointer: UnsafeMutablePointer<AVFrame>) { unsafe self.pointer = unsafe pointer }

  /// A frame without buffers.
  public init() throws(MediaError) {
    guard let pointer = unsafe av_frame_alloc() else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: "frame")
    }
    unsafe self.pointer = pointer
  }

  /// A picture with buffers of its own; the samples are not set.
  public convenience init(width: Int, height: Int, format: PixelFormat) throws(MediaError) {
    try self.init()
    unsafe pointer.pointee.width = Int32(width)
    unsafe pointer.pointee.height = Int32(height)
    unsafe pointer.pointee.format = format.rawValue
    try check(unsafe av_frame_get_buffer(pointer, 0), .allocate, on: "frame \(width)x\(height)")
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVFrame>? = unsafe pointer
    unsafe av_frame_free(&pointer)
  }

  public var width: Int { Int(unsafe pointer.pointee.width) }
  public var height: Int { Int(unsafe pointer.pointee.height) }
  public var format: PixelFormat { PixelFormat(rawValue: unsafe pointer.pointee.format) }

  /// Presentation time in ticks of the stream's or graph's time base; nil where nothing says it.
  public var pts: Int64? {
    get { unsafe pointer.pointee.pts == RN_NOPTS ? nil : pointer.pointee.pts }
    set { unsafe pointer.pointee.pts = newValue ?? RN_NOPTS }
  }

  /// The decoder's best guess of `pts` from all the container says.
  public var bestEffortTimestamp: Int64? {
    let value = unsafe pointer.pointee.best_effort_timestamp
    return value == RN_NOPTS ? nil : value
  }

  /// Sound: samples per channel.
  public var sampleCount: Int { Int(unsafe pointer.pointee.nb_samples) }
  public var sampleRate: Int { Int(unsafe pointer.pointee.sample_rate) }

  /// The decoder concealed or lost part of it.
  public var isDamaged: Bool {
    unsafe pointer.pointee.flags & AV_FRAME_FLAG_CORRUPT != 0
      || pointer.pointee.decode_error_flags != 0
  }

  /// Clockwise degrees to turn the picture upright, as its own data says (EXIF): 0, 90, 180, 270.
  public var rotation: Int {
    guard let data = unsafe av_frame_get_side_data(pointer, AV_FRAME_DATA_DISPLAYMATRIX) else {
      return 0
    }
    return unsafe StreamInfo.quarterTurns(
      UnsafeRawBufferPointer(start: data.pointee.data, count: data.pointee.size)) * 90
  }

  /// Asks the encoder for a key frame here, or lets it choose.
  public var forcesKey: Bool {
    get { unsafe pointer.pointee.pict_type == AV_PICTURE_TYPE_I }
    set { unsafe pointer.pointee.pict_type = newValue ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE }
  }

  /// Another frame that shares this one's samples.
  public func reference() throws(MediaError) -> Frame {
    guard let copy = unsafe av_frame_clone(pointer) else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: "frame")
    }
    return unsafe Frame(adopting: copy)
  }

  /// Copies the samples when another frame shares them.
  public func makeWritable() throws(MediaError) {
    try check(unsafe av_frame_make_writable(pointer), .makeWritable)
  }

  /// Writes the colour tags that encoders pass on: BT.709, limited range, left-sited chroma.
  public func tagBT709() {
    unsafe pointer.pointee.colorspace = AVCOL_SPC_BT709
    unsafe pointer.pointee.color_primaries = AVCOL_PRI_BT709
    unsafe pointer.pointee.color_trc = AVCOL_TRC_BT709
    unsafe pointer.pointee.color_range = AVCOL_RANGE_MPEG
    unsafe pointer.pointee.chroma_location = AVCHROMA_LOC_LEFT
    unsafe pointer.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
  }
}
