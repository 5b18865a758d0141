internal import CLibav

/// Decodes packets straight from an encoder, to see what will be heard. The same bits on every CPU.
///
/// Not `Sendable`.
@safe
public final class SoundDecoder {
  private let context: UnsafeMutablePointer<AVCodecContext>
  private let rate: Int
  private let channels: Int
  private var resampler: SoundResampler?

  /// For packets that go with `parameters`, as interleaved floats of their rate and `channels` channels.
  public init(_ parameters: CodecParameters, channels: Int) throws(MediaError) {
    let subject = parameters.codec
    guard let codec = unsafe avcodec_find_decoder(parameters.pointer.pointee.codec_id) else {
      throw MediaError(operation: .openDecoder, code: RN_DECODER_NOT_FOUND, subject: subject)
    }
    guard let context = unsafe avcodec_alloc_context3(codec) else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: subject)
    }
    do throws(MediaError) {
      try check(
        unsafe avcodec_parameters_to_context(context, parameters.pointer), .openDecoder,
        on: subject)
      unsafe context.pointee.pkt_timebase = parameters.timeBase.rational
      unsafe context.pointee.thread_count = 1
      unsafe context.pointee.flags |= AV_CODEC_FLAG_BITEXACT
      try CPUFeatures.portable { () throws(MediaError) in
        try check(unsafe avcodec_open2(context, codec, nil), .openDecoder, on: subject)
      }
    } catch {
      var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
      unsafe avcodec_free_context(&context)
      throw error
    }
    rate = unsafe Int(context.pointee.sample_rate)
    self.channels = channels
    unsafe self.context = unsafe context
  }

  deinit {
    var context: UnsafeMutablePointer<AVCodecContext>? = unsafe context
    unsafe avcodec_free_context(&context)
  }

  /// Appends what `packet` decodes to, or what is left inside when it is nil.
  public func decode(_ packet: Packet?, into samples: inout [Float]) throws(MediaError) {
    try check(unsafe avcodec_send_packet(context, packet?.pointer), .decode)
    let frame = try Frame()
    while true {
      let code = unsafe avcodec_receive_frame(context, frame.pointer)
      if code == RN_EAGAIN || code == RN_EOF { return }
      try check(code, .decode)
      if resampler == nil {
        resampler = try SoundResampler(like: frame, rate: rate, channels: channels)
      }
      try resampler?.convert(frame, into: &samples)
    }
  }
}
