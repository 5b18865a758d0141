internal import CLibav

/// Turns the packets of one stream into frames. Not `Sendable`.
@safe
public final class Decoder {
  private let context: UnsafeMutablePointer<AVCodecContext>
  private let subject: String
  /// The decoder has chosen its routines.
  private var isWarm: Bool
  /// libav's name of the decoder in use.
  public let name: String
  /// Packets that the decoder refused. Those that it decoded with complaints are not among them, see
  /// `takeComplaints`.
  public private(set) var errors = 0

  /// Opens a decoder for `stream` of `demuxer` on `threads` threads; frames come out the same for any number.
  ///
  /// VP8 and VP9 with transparency are given to libvpx: libav's own decoders drop the second picture.
  public init(
    stream: StreamInfo, of demuxer: Demuxer, threads: Int = 1, limits: MediaLimits = MediaLimits()
  ) throws(MediaError) {
    subject = demuxer.path
    let parameters = unsafe demuxer.context.pointee.streams[stream.index]!.pointee.codecpar!
    var codec: UnsafePointer<AVCodec>?
    if stream.hasAlphaMode, stream.codec == "vp9" || stream.codec == "vp8" {
      unsafe codec = avcodec_find_decoder_by_name(stream.codec == "vp9" ? "libvpx-vp9" : "libvpx")
    } else {
      unsafe codec = avcodec_find_decoder(parameters.pointee.codec_id)
    }
    guard let codec = unsafe codec else {
      throw MediaError(
        operation: .openDecoder, code: RN_DECODER_NOT_FOUND, subject: subject,
        detail: "no decoder for \(stream.codec) in this build of libavcodec")
    }
    name = unsafe String(cString: codec.pointee.name)
    if !Demuxer.decoders.contains(name) {
      throw MediaError(
        operation: .openDecoder, code: RN_DECODER_NOT_FOUND, subject: subject,
        detail: "\(stream.codec) is not among the accepted codecs")
    }
    guard let context = unsafe avcodec_alloc_context3(codec) else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: subject)
    }
    do throws(MediaError) {
      try check(
        unsafe avcodec_parameters_to_context(context, parameters), .openDecoder, on: subject)
      unsafe context.pointee.pkt_timebase = stream.timeBase.rational
      unsafe context.pointee.thread_count = Int32(threads)
      unsafe context.pointee.max_pixels = Int64(limits.pixels)
      unsafe context.pointee.flags |= AV_CODEC_FLAG_BITEXACT
      var options = Options(["codec_whitelist": Demuxer.decoderList])
      let open = { () throws(MediaError) in
        try check(
          unsafe avcodec_open2(context, codec, &options.dictionary), .openDecoder, on: demuxer.path)
        return
      }
      if stream.kind == .audio { try CPUFeatures.portable(open) } else { try CPUFeatures.any(open) }
    } catch {
      var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
      unsafe avcodec_free_context(&context)
      throw error
    }
    isWarm = stream.kind == .audio
    unsafe LibavLog.startCounting(context)
    unsafe self.context = unsafe context
  }

  deinit {
    unsafe LibavLog.stopCounting(context)
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
  }

  /// Leaves pictures undecoded that no other picture refers to.
  public var skipsUnreferenced: Bool {
    get { unsafe context.pointee.skip_frame == AVDISCARD_NONREF }
    set { unsafe context.pointee.skip_frame = newValue ? AVDISCARD_NONREF : AVDISCARD_DEFAULT }
  }

  /// Gives the decoder a packet, or nil at the end. A damaged packet is counted in `errors` and passed over.
  public func send(_ packet: Packet?) throws(MediaError) {
    let code = try whole { unsafe avcodec_send_packet(context, packet?.pointer) }
    if code == RN_EOF { return }
    if code == RN_ENOMEM { try check(code, .decode, on: subject) }
    if code < 0 { errors += 1 }
  }

  /// The next finished frame; nil when the decoder wants another packet, or after the last.
  public func receive() throws(MediaError) -> Frame? {
    let frame = try Frame()
    // Bounded, since a decoder may give the same error for ever once it is drained.
    for _ in 0..<1000 {
      let code = try whole { unsafe avcodec_receive_frame(context, frame.pointer) }
      if code == RN_EAGAIN || code == RN_EOF { return nil }
      if code == RN_ENOMEM { try check(code, .decode, on: subject) }
      if code >= 0 {
        isWarm = true
        return frame
      }
      errors += 1
    }
    return nil
  }

  /// Calls the decoder with all that the CPU can do.
  ///
  /// Video decoders choose their routines when they meet the first picture, not when they are opened: until then
  /// nothing may limit them.
  private func whole(_ call: () -> Int32) throws(MediaError) -> Int32 {
    if isWarm { return call() }
    var code: Int32 = 0
    try CPUFeatures.any { () throws(MediaError) in code = call() }
    return code
  }

  /// How often the decoder has complained of damaged data since the last call.
  ///
  /// Decoders conceal what they cannot read; some mark the frame, others only say so. VP8, VP9 and AV1 cannot
  /// tell damage at all.
  func takeComplaints() -> Int { unsafe LibavLog.takeCount(context) }

  /// Forgets all that was sent, for a new start after a seek.
  public func flush() { unsafe avcodec_flush_buffers(context) }
}
