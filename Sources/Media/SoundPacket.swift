internal import CLibav

extension Packet {
  /// Says how many samples at the end of the packet's sound are not to be heard: Matroska and WebM write it,
  /// libav's decoders drop them.
  public func discardLast(_ samples: Int) throws(MediaError) {
    guard let data = unsafe av_packet_new_side_data(pointer, AV_PKT_DATA_SKIP_SAMPLES, 10) else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: "packet")
    }
    for index in 0..<10 { unsafe data[index] = 0 }
    for index in 0..<4 {
      unsafe data[4 + index] = UInt8(truncatingIfNeeded: samples >> (8 * index))
    }
  }
}

extension CodecParameters {
  /// Samples that the encoder puts before the first real one, as containers note it.
  public var primingSamples: Int {
    get { Int(unsafe pointer.pointee.initial_padding) }
    set { unsafe pointer.pointee.initial_padding = Int32(newValue) }
  }
}
