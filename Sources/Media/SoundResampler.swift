internal import CLibav

/// Converts decoded sound to interleaved 32-bit float of one rate and channel count.
///
/// The same bits on every CPU. Not `Sendable`.
@safe
public final class SoundResampler {
  private let context: OpaquePointer
  private let channels: Int
  private let rate: Int
  private let source: (format: Int32, rate: Int32, channels: Int32)

  /// For frames like `frame`, to `rate` samples a second and `channels` channels.
  ///
  /// As on the web, one channel sounds in both of two at its own level, and two make one by their mean:
  /// libswresample alone would take 3 dB off the first and add 3 dB to the second. More channels are mixed
  /// down as ITU-R BS.775 says.
  public init(like frame: Frame, rate: Int, channels: Int) throws(MediaError) {
    (self.rate, self.channels) = (rate, channels)
    source = unsafe (
      frame.pointer.pointee.format, frame.pointer.pointee.sample_rate,
      frame.pointer.pointee.ch_layout.nb_channels
    )
    let inputChannels = Int(source.channels)
    var made: OpaquePointer?
    try CPUFeatures.portable { () throws(MediaError) in
      var layout = unsafe AVChannelLayout()
      unsafe av_channel_layout_default(&layout, Int32(channels))
      var source = unsafe AVChannelLayout()
      if unsafe frame.pointer.pointee.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC {
        unsafe av_channel_layout_default(&source, frame.pointer.pointee.ch_layout.nb_channels)
      } else {
        try check(
          unsafe av_channel_layout_copy(&source, &frame.pointer.pointee.ch_layout), .resample)
      }
      defer { unsafe av_channel_layout_uninit(&source) }
      try check(
        unsafe swr_alloc_set_opts2(
          &made, &layout, AV_SAMPLE_FMT_FLT, Int32(rate), &source,
          AVSampleFormat(frame.pointer.pointee.format), frame.pointer.pointee.sample_rate, 0, nil),
        .resample)
      if inputChannels + channels == 3 {
        let matrix = [Double](repeating: channels == 2 ? 1 : 0.5, count: 2)
        let code = unsafe matrix.withUnsafeBufferPointer {
          unsafe swr_set_matrix(made, $0.baseAddress, Int32(inputChannels))
        }
        if code < 0 { unsafe swr_free(&made) }
        try check(code, .resample)
      }
      let code = unsafe swr_init(made)
      if code < 0 { unsafe swr_free(&made) }
      try check(code, .resample)
    }
    guard let context = unsafe made else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: "resampler")
    }
    unsafe self.context = unsafe context
  }

  deinit {
    var context: OpaquePointer? = unsafe context
    unsafe swr_free(&context)
  }

  /// True for frames of the layout, format and rate it was made for.
  func accepts(_ frame: Frame) -> Bool {
    unsafe frame.pointer.pointee.format == source.format
      && frame.pointer.pointee.sample_rate == source.rate
      && frame.pointer.pointee.ch_layout.nb_channels == source.channels
  }

  /// Appends what `frame` gives to `samples`, or what is left inside when it is nil.
  public func convert(_ frame: Frame?, into samples: inout [Float]) throws(MediaError) {
    let input = frame?.sampleCount ?? 0
    let room = Int(unsafe swr_get_out_samples(context, Int32(input)))
    guard room > 0 else { return }
    let before = samples.count
    samples.append(contentsOf: repeatElement(0, count: room * channels))
    let count = unsafe samples.withUnsafeMutableBytes { buffer -> Int32 in
      var out: UnsafeMutablePointer<UInt8>? =
        unsafe buffer.baseAddress!.advanced(by: before * MemoryLayout<Float>.size)
        .assumingMemoryBound(to: UInt8.self)
      guard let frame else { return unsafe swr_convert(context, &out, Int32(room), nil, 0) }
      return unsafe frame.pointer.pointee.extended_data.withMemoryRebound(
        to: UnsafePointer<UInt8>?.self, capacity: Int(source.channels)
      ) { unsafe swr_convert(context, &out, Int32(room), $0, Int32(input)) }
    }
    samples.removeLast((room - Int(max(count, 0))) * channels)
    try check(count, .resample)
  }
}
