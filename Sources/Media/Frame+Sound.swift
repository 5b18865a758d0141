internal import CLibav

extension Frame {
  /// A frame of sound from interleaved floats in the layout that `encoder` wants.
  ///
  /// `samples` holds `count × channels` values; integers are rounded to the nearest and clipped.
  public convenience init(
    interleaved samples: ArraySlice<Float>, channels: Int, rate: Int, pts: Int64,
    for encoder: Encoder
  ) throws(MediaError) {
    try self.init()
    let count = samples.count / channels
    let format = unsafe encoder.context.pointee.sample_fmt
    unsafe pointer.pointee.nb_samples = Int32(count)
    unsafe pointer.pointee.sample_rate = Int32(rate)
    unsafe pointer.pointee.format = format.rawValue
    unsafe pointer.pointee.pts = pts
    try check(
      unsafe av_channel_layout_copy(&pointer.pointee.ch_layout, &encoder.context.pointee.ch_layout),
      .allocate)
    try check(unsafe av_frame_get_buffer(pointer, 0), .allocate, on: "frame of \(count) samples")
    let base = samples.startIndex
    let planes = unsafe pointer.pointee.extended_data!
    switch format {
    case AV_SAMPLE_FMT_FLTP:
      for channel in 0..<channels {
        let plane = unsafe UnsafeMutableRawPointer(planes[channel]!).bindMemory(
          to: Float.self, capacity: count)
        for index in 0..<count { unsafe plane[index] = samples[base + index * channels + channel] }
      }
    case AV_SAMPLE_FMT_FLT:
      let plane = unsafe UnsafeMutableRawPointer(planes[0]!).bindMemory(
        to: Float.self, capacity: count * channels)
      for index in 0..<count * channels { unsafe plane[index] = samples[base + index] }
    case AV_SAMPLE_FMT_S16:
      let plane = unsafe UnsafeMutableRawPointer(planes[0]!).bindMemory(
        to: Int16.self, capacity: count * channels)
      for index in 0..<count * channels {
        let value = (samples[base + index] * 32_768).rounded(.toNearestOrEven)
        unsafe plane[index] = Int16(max(-32_768, min(32_767, value)))
      }
    case AV_SAMPLE_FMT_S32:
      let plane = unsafe UnsafeMutableRawPointer(planes[0]!).bindMemory(
        to: Int32.self, capacity: count * channels)
      for index in 0..<count * channels {
        let value = (Double(samples[base + index]) * 2_147_483_648).rounded(.toNearestOrEven)
        unsafe plane[index] = Int32(max(-2_147_483_648, min(2_147_483_647, value)))
      }
    default:
      throw MediaError(
        operation: .encode, code: RN_EINVAL, subject: encoder.sampleFormat,
        detail: "no conversion to this sample format")
    }
  }

  /// A frame of interleaved 32-bit floats for a filter graph; `samples` holds `count × channels` values.
  public convenience init(
    interleaved samples: ArraySlice<Float>, channels: Int, rate: Int, pts: Int64
  ) throws(MediaError) {
    try self.init()
    let count = samples.count / channels
    unsafe pointer.pointee.nb_samples = Int32(count)
    unsafe pointer.pointee.sample_rate = Int32(rate)
    unsafe pointer.pointee.format = AV_SAMPLE_FMT_FLT.rawValue
    unsafe pointer.pointee.pts = pts
    unsafe av_channel_layout_default(&pointer.pointee.ch_layout, Int32(channels))
    try check(unsafe av_frame_get_buffer(pointer, 0), .allocate, on: "frame of \(count) samples")
    unsafe samples.withUnsafeBytes { source in
      if let base = source.baseAddress {
        unsafe UnsafeMutableRawPointer(pointer.pointee.data.0!).copyMemory(
          from: base, byteCount: count * channels * MemoryLayout<Float>.size)
      }
    }
  }

  /// Appends the samples of a frame of interleaved 32-bit floats.
  ///
  /// Throws `.resample` when the frame is of another layout.
  public func appendInterleaved(to samples: inout [Float]) throws(MediaError) {
    guard unsafe pointer.pointee.format == AV_SAMPLE_FMT_FLT.rawValue else {
      throw MediaError(
        operation: .resample, code: RN_EINVAL, detail: "the sound is not of interleaved floats")
    }
    let count = unsafe sampleCount * Int(pointer.pointee.ch_layout.nb_channels)
    guard count > 0, let data = unsafe pointer.pointee.data.0 else { return }
    let floats = unsafe UnsafeRawPointer(data).bindMemory(to: Float.self, capacity: count)
    unsafe samples.append(contentsOf: UnsafeBufferPointer(start: floats, count: count))
  }

  /// Sound: makes the frame end `count` samples per channel earlier; `count` is less than `sampleCount`.
  func dropLast(_ count: Int) { unsafe pointer.pointee.nb_samples -= Int32(count) }
}
