internal import CLibav

/// What an encoder is to make of pictures.
public struct VideoEncoderSettings: Sendable, Hashable {
  /// libavcodec's name of the encoder, such as `libx264`.
  public var encoder: String
  public var width: Int
  public var height: Int
  /// Frames a second.
  public var frameRate: TimeBase
  public var pixelFormat: PixelFormat
  /// Longest distance of key frames.
  public var gop: Int
  /// 1 unless the encoder gives the same bytes for any number.
  public var threads: Int
  /// The encoder's own options by name.
  public var options: [String: String]

  public init(
    encoder: String, width: Int, height: Int, frameRate: TimeBase, pixelFormat: PixelFormat,
    gop: Int, threads: Int = 1, options: [String: String] = [:]
  ) {
    (self.encoder, self.width, self.height) = (encoder, width, height)
    (self.frameRate, self.pixelFormat, self.gop) = (frameRate, pixelFormat, gop)
    (self.threads, self.options) = (threads, options)
  }
}

/// What an encoder is to make of sound.
public struct AudioEncoderSettings: Sendable, Hashable {
  public var encoder: String
  public var rate: Int
  public var channels: Int
  /// Bits a second; 0 for lossless encoders.
  public var bitRate: Int
  public var options: [String: String]

  public init(
    encoder: String, rate: Int, channels: Int, bitRate: Int, options: [String: String] = [:]
  ) {
    (self.encoder, self.rate, self.channels) = (encoder, rate, channels)
    (self.bitRate, self.options) = (bitRate, options)
  }
}

/// Turns frames into packets. Bit-exact flags are always set. Not `Sendable`.
@safe
public final class Encoder {
  let context: UnsafeMutablePointer<AVCodecContext>
  private let name: String
  /// Sound: samples per channel that each frame but the last must have; 0 for any number.
  public let frameSize: Int
  private var finished = false

  /// Pictures; packets come with times in frames, one tick a frame.
  public init(_ settings: VideoEncoderSettings) throws(MediaError) {
    name = settings.encoder
    let (codec, context) = try unsafe Self.allocate(settings.encoder)
    unsafe context.pointee.width = Int32(settings.width)
    unsafe context.pointee.height = Int32(settings.height)
    unsafe context.pointee.pix_fmt = settings.pixelFormat.value
    unsafe context.pointee.time_base = AVRational(
      num: settings.frameRate.denominator, den: settings.frameRate.numerator)
    unsafe context.pointee.framerate = settings.frameRate.rational
    unsafe context.pointee.gop_size = Int32(settings.gop)
    unsafe context.pointee.thread_count = Int32(settings.threads)
    unsafe context.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
    unsafe context.pointee.color_primaries = AVCOL_PRI_BT709
    unsafe context.pointee.color_trc = AVCOL_TRC_BT709
    unsafe context.pointee.colorspace = AVCOL_SPC_BT709
    let isJPEG = settings.pixelFormat == .yuvj420p
    unsafe context.pointee.color_range = isJPEG ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG
    if isJPEG { unsafe context.pointee.colorspace = AVCOL_SPC_BT470BG }
    unsafe context.pointee.chroma_sample_location = AVCHROMA_LOC_LEFT
    if settings.gop > 1 {
      unsafe context.pointee.flags |= Int32(bitPattern: AV_CODEC_FLAG_CLOSED_GOP)
    }
    unsafe try Self.open(context, codec, settings.encoder, settings.options, portable: false)
    frameSize = 0
    unsafe self.context = unsafe context
  }

  /// Sound; frames are 32-bit float or 16-bit integers, as `sampleFormat` says; times are samples.
  public init(_ settings: AudioEncoderSettings) throws(MediaError) {
    name = settings.encoder
    let (codec, context) = try unsafe Self.allocate(settings.encoder)
    unsafe context.pointee.sample_rate = Int32(settings.rate)
    unsafe av_channel_layout_default(&context.pointee.ch_layout, Int32(settings.channels))
    unsafe context.pointee.time_base = AVRational(num: 1, den: Int32(settings.rate))
    unsafe context.pointee.bit_rate = Int64(settings.bitRate)
    unsafe context.pointee.thread_count = 1
    unsafe context.pointee.sample_fmt = codec.pointee.sample_fmts?.pointee ?? AV_SAMPLE_FMT_S16
    unsafe try Self.open(context, codec, settings.encoder, settings.options, portable: true)
    frameSize = unsafe Int(context.pointee.frame_size)
    unsafe self.context = unsafe context
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
  }

  private static func allocate(
    _ name: String
  ) throws(MediaError) -> (UnsafePointer<AVCodec>, UnsafeMutablePointer<AVCodecContext>) {
    LibavLog.silence
    guard let codec = unsafe avcodec_find_encoder_by_name(name) else {
      throw MediaError(
        operation: .openEncoder, code: RN_ENCODER_NOT_FOUND, subject: name,
        detail: "this build of libavcodec has no such encoder")
    }
    guard let context = unsafe avcodec_alloc_context3(codec) else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: name)
    }
    return unsafe (codec, context)
  }

  /// Frees `context` when it throws.
  private static func open(
    _ context: UnsafeMutablePointer<AVCodecContext>, _ codec: UnsafePointer<AVCodec>,
    _ name: String,
    _ values: [String: String], portable: Bool
  ) throws(MediaError) {
    // Parameter sets go to the container's header: every segment then has the same ones, in one place.
    unsafe context.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT
    do throws(MediaError) {
      var options = Options(values)
      let open = { () throws(MediaError) in
        try check(unsafe avcodec_open2(context, codec, &options.dictionary), .openEncoder, on: name)
        return
      }
      if portable { try CPUFeatures.portable(open) } else { try CPUFeatures.any(open) }
      let unused = options.unused
      if !unused.isEmpty {
        throw MediaError(
          operation: .openEncoder, code: RN_EINVAL, subject: name,
          detail: "it has no option \(unused.joined(separator: ", "))")
      }
    } catch {
      var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
      unsafe avcodec_free_context(&context)
      throw error
    }
  }

  /// The sample layout that `encode` wants; libav's name, such as `fltp`.
  public var sampleFormat: String {
    guard let name = unsafe av_get_sample_fmt_name(context.pointee.sample_fmt) else { return "" }
    return unsafe String(cString: name)
  }

  /// Samples that the encoder puts before the first real one.
  public var primingSamples: Int { Int(unsafe context.pointee.initial_padding) }
  /// Frames by which decoding runs ahead of showing.
  public var reorderDelay: Int {
    let told = Int(unsafe context.pointee.has_b_frames)
    // libavcodec's wrapper of libx265 does not tell: two with the B-pyramid, which every preset of it has.
    return name == "libx265" ? max(told, 2) : told
  }

  public var parameters: CodecParameters {
    get throws(MediaError) {
      let copy = try CodecParameters(timeBase: TimeBase(unsafe context.pointee.time_base))
      try check(
        unsafe avcodec_parameters_from_context(copy.pointer, context), .openEncoder, on: name)
      return copy
    }
  }

  /// Encodes `frame`, or what is left when it is nil, and gives each finished packet to `body`.
  public func encode<Failure: Error>(
    _ frame: Frame?, _ body: (Packet) throws(Failure) -> Void
  ) throws {
    if frame == nil {
      if finished { return }
      finished = true
    }
    try check(unsafe avcodec_send_frame(context, frame?.pointer), .encode, on: name)
    let packet = try Packet()
    while true {
      let code = unsafe avcodec_receive_packet(context, packet.pointer)
      if code == RN_EAGAIN || code == RN_EOF { return }
      try check(code, .encode, on: name)
      try body(packet)
      unsafe av_packet_unref(packet.pointer)
    }
  }
}

/// How a stream is encoded, apart from its encoder: what a container's header needs. Not `Sendable`.
@safe
public final class CodecParameters {
  let pointer: UnsafeMutablePointer<AVCodecParameters>
  /// Of the packets that go with it.
  public let timeBase: TimeBase

  init(timeBase: TimeBase) throws(MediaError) {
    self.timeBase = timeBase
    guard let pointer = unsafe avcodec_parameters_alloc() else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM)
    }
    unsafe self.pointer = unsafe pointer
  }

  deinit {
    var pointer: UnsafeMutablePointer<AVCodecParameters>? = unsafe pointer
    unsafe avcodec_parameters_free(&pointer)
  }

  /// Parameter sets, as they stand in the container's header.
  public var extradata: [UInt8] {
    let count = unsafe Int(pointer.pointee.extradata_size)
    guard count > 0, let data = unsafe pointer.pointee.extradata else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: data, count: count))
  }

  /// libav's codec name, such as `h264`.
  public var codec: String { unsafe String(cString: avcodec_get_name(pointer.pointee.codec_id)) }
}
