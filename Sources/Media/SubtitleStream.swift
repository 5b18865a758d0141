internal import CLibav

/// Text that a player shows over the picture: what a container's header and packets need.
public enum SubtitleFormat: Sendable {
  /// 3GPP timed text, for MP4 and MOV.
  case movText
  /// For WebM and Matroska.
  case webVTT

  /// The parameters of a stream of such text, timed in ticks of `base`.
  public func parameters(base: TimeBase) throws(MediaError) -> CodecParameters {
    let parameters = try CodecParameters(timeBase: base)
    unsafe parameters.pointer.pointee.codec_type = AVMEDIA_TYPE_SUBTITLE
    switch self {
    case .webVTT: unsafe parameters.pointer.pointee.codec_id = AV_CODEC_ID_WEBVTT
    case .movText:
      unsafe parameters.pointer.pointee.codec_id = AV_CODEC_ID_MOV_TEXT
      try parameters.setExtradata(Self.sampleDescription)
    }
    return parameters
  }

  /// A packet with the text of one cue; its lines are joined by line feeds.
  public func packet(
    _ text: String, start: Int64, duration: Int64
  ) throws(MediaError) -> Packet {
    var bytes = Array(text.utf8)
    if self == .movText {
      bytes = Array(bytes.prefix(65535))
      bytes.insert(contentsOf: [UInt8(bytes.count >> 8), UInt8(bytes.count & 255)], at: 0)
    }
    return try Packet(bytes: bytes, pts: start, dts: start, duration: duration, isKey: true)
  }

  /// The rest of a `tx3g` box (3GPP TS 26.245): centred at the bottom, white, without a background.
  private static let sampleDescription: [UInt8] = {
    let font = Array("Sans-Serif".utf8)
    var bytes: [UInt8] = [0, 0, 0, 0, 1, 0xFF, 0, 0, 0, 0]
    // The text's box: all of the track.
    bytes += [0, 0, 0, 0, 0, 0, 0, 0]
    // All characters in font 1, plain, 18 units high, opaque white.
    bytes += [0, 0, 0, 0, 0, 1, 0, 18, 255, 255, 255, 255]
    let table: [UInt8] = [0, 1, 0, 1, UInt8(font.count)] + font
    bytes += [0, 0, 0, UInt8(8 + table.count)] + Array("ftab".utf8) + table
    return bytes
  }()
}

extension CodecParameters {
  fileprivate func setExtradata(_ bytes: [UInt8]) throws(MediaError) {
    let padding = Int(AV_INPUT_BUFFER_PADDING_SIZE)
    guard let memory = unsafe av_mallocz(bytes.count + padding) else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM)
    }
    let data = unsafe memory.bindMemory(to: UInt8.self, capacity: bytes.count + padding)
    for (place, byte) in bytes.enumerated() { unsafe data[place] = byte }
    unsafe pointer.pointee.extradata = unsafe data
    unsafe pointer.pointee.extradata_size = Int32(bytes.count)
  }
}
