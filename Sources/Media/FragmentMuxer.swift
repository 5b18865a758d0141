internal import CLibav

/// Makes an MP4 that can be played while it grows: a header, then fragments, each as bytes in memory.
///
/// Add the streams, take `header()`, write packets, and take `fragment()` as often as what was written is to be
/// shown. Not `Sendable`.
@safe
public final class FragmentMuxer {
  private let context: UnsafeMutablePointer<AVFormatContext>
  private var bases: [TimeBase] = []

  public init() throws(MediaError) {
    LibavLog.silence
    var created: UnsafeMutablePointer<AVFormatContext>?
    try check(
      unsafe avformat_alloc_output_context2(&created, nil, "mp4", nil), .openOutput, on: "fragments"
    )
    guard let context = unsafe created else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: "fragments")
    }
    unsafe context.pointee.flags |= AVFMT_FLAG_BITEXACT | AVFMT_FLAG_CUSTOM_IO
    // Times are those of the packets, also below zero.
    unsafe context.pointee.avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED
    unsafe self.context = unsafe context
  }

  deinit {
    _ = takeBytes()
    unsafe avformat_free_context(context)
  }

  /// Adds a stream before the header; gives its index for `write`.
  public func addStream(_ parameters: CodecParameters) throws(MediaError) -> Int {
    guard let stream = unsafe avformat_new_stream(context, nil) else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: "fragments")
    }
    try check(
      unsafe avcodec_parameters_copy(stream.pointee.codecpar, parameters.pointer), .writeHeader)
    unsafe stream.pointee.codecpar.pointee.codec_tag = 0
    unsafe stream.pointee.time_base = parameters.timeBase.rational
    bases.append(parameters.timeBase)
    return bases.count - 1
  }

  /// The beginning of the file.
  public func header() throws(MediaError) -> [UInt8] {
    try openBytes()
    var options = Options(["movflags": "empty_moov+default_base_moof+frag_custom"])
    try check(
      unsafe avformat_write_header(context, &options.dictionary), .writeHeader, on: "fragments")
    return takeBytes()
  }

  /// Takes a packet, of each stream in the order of decoding; its times are ticks of its stream.
  public func write(_ packet: Packet, to stream: Int) throws(MediaError) {
    try openBytes()
    packet.streamIndex = stream
    unsafe av_packet_rescale_ts(
      packet.pointer, bases[stream].rational,
      context.pointee.streams[stream]!.pointee.time_base)
    try check(unsafe av_write_frame(context, packet.pointer), .writePacket, on: "fragments")
  }

  /// What was written since the last one; empty when nothing was.
  public func fragment() throws(MediaError) -> [UInt8] {
    try openBytes()
    try check(unsafe av_write_frame(context, nil), .writePacket, on: "fragments")
    unsafe avio_flush(context.pointee.pb)
    return takeBytes()
  }

  private func openBytes() throws(MediaError) {
    if unsafe context.pointee.pb != nil { return }
    try check(unsafe avio_open_dyn_buf(&context.pointee.pb), .openOutput, on: "fragments")
  }

  private func takeBytes() -> [UInt8] {
    guard let buffer = unsafe context.pointee.pb else { return [] }
    var data: UnsafeMutablePointer<UInt8>?
    let count = unsafe Int(avio_close_dyn_buf(buffer, &data))
    unsafe context.pointee.pb = nil
    defer { unsafe av_free(data) }
    guard count > 0, let data = unsafe data else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: data, count: count))
  }
}
