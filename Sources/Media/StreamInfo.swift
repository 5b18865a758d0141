internal import CLibav

/// What a container says of one of its streams.
public struct StreamInfo: Sendable, Hashable {
  public enum Kind: String, Sendable { case video, audio, other }

  public var index: Int
  public var kind: Kind
  /// libav's codec name, such as `h264`.
  public var codec: String
  public var timeBase: TimeBase
  /// When its first frame or, priming left out, its first sample is presented, in ticks; nil where the
  /// container does not say.
  public var startTime: Int64?
  /// Ticks; nil where the container does not say.
  public var duration: Int64?
  /// Packets that the container's index names; nil where it has none that is complete.
  public var indexedPackets: Int?
  /// A cover picture of a sound file, not a video.
  public var isAttachedPicture: Bool

  /// Stored pixels.
  public var width: Int
  public var height: Int
  public var pixelFormat: PixelFormat
  /// Width ÷ height of one stored pixel, 1/1 where unknown.
  public var sampleAspect: TimeBase
  /// Clockwise degrees to turn the picture upright: 0, 90, 180, 270.
  public var rotation: Int
  /// Mean frames a second; nil when unknown.
  public var averageFrameRate: TimeBase?
  /// VP8 or VP9 with a second, transparency picture in each packet.
  public var hasAlphaMode: Bool
  public var color: ColorTags
  /// Two fields taken one after the other make a frame.
  public var isInterlaced: Bool

  public var sampleRate: Int
  public var channels: Int

  /// libav's names of matrix, range, primaries and transfer; nil where the stream does not say.
  public struct ColorTags: Sendable, Hashable {
    public var matrix: String?
    public var range: String?
    public var primaries: String?
    public var transfer: String?
  }
}

extension StreamInfo {
  init(_ stream: UnsafeMutablePointer<AVStream>, format: MediaFormat) {
    let parameters = unsafe stream.pointee.codecpar.pointee
    index = Int(unsafe stream.pointee.index)
    switch unsafe parameters.codec_type {
    case AVMEDIA_TYPE_VIDEO: kind = .video
    case AVMEDIA_TYPE_AUDIO: kind = .audio
    default: kind = .other
    }
    codec = unsafe String(cString: avcodec_get_name(parameters.codec_id))
    timeBase = TimeBase(unsafe stream.pointee.time_base)
    let start = unsafe stream.pointee.start_time
    startTime = start == RN_NOPTS ? nil : start
    if let start = startTime, format == .matroska, kind == .audio {
      // The other demuxers leave priming out of the start time by themselves.
      let priming = TimeBase(1, max(unsafe parameters.sample_rate, 1))
      startTime =
        start + priming.rescale(Int64(unsafe parameters.initial_padding), to: timeBase)
    }
    // An MP4's sample table; other containers index key frames alone.
    indexedPackets =
      format == .mov ? Int(unsafe avformat_index_get_entries_count(stream)) : nil
    let length = unsafe stream.pointee.duration
    duration = length == RN_NOPTS || length <= 0 ? nil : length
    isAttachedPicture = unsafe stream.pointee.disposition & AV_DISPOSITION_ATTACHED_PIC != 0
    width = Int(unsafe parameters.width)
    height = Int(unsafe parameters.height)
    pixelFormat = PixelFormat(rawValue: unsafe parameters.format)
    var aspect = unsafe stream.pointee.sample_aspect_ratio
    if aspect.num <= 0 || aspect.den <= 0 { aspect = unsafe parameters.sample_aspect_ratio }
    if aspect.num <= 0 || aspect.den <= 0 { aspect = AVRational(num: 1, den: 1) }
    sampleAspect = TimeBase(aspect)
    rotation = unsafe Self.rotation(of: stream)
    let rate = unsafe stream.pointee.avg_frame_rate
    averageFrameRate = rate.num > 0 && rate.den > 0 ? TimeBase(rate) : nil
    hasAlphaMode = unsafe Self.metadata(of: stream, "alpha_mode") == "1"
    color = ColorTags(
      matrix: unsafe parameters.color_space == AVCOL_SPC_UNSPECIFIED
        ? nil : Self.name(av_color_space_name(parameters.color_space)),
      range: unsafe parameters.color_range == AVCOL_RANGE_UNSPECIFIED
        ? nil : Self.name(av_color_range_name(parameters.color_range)),
      primaries: unsafe parameters.color_primaries == AVCOL_PRI_UNSPECIFIED
        ? nil : Self.name(av_color_primaries_name(parameters.color_primaries)),
      transfer: unsafe parameters.color_trc == AVCOL_TRC_UNSPECIFIED
        ? nil : Self.name(av_color_transfer_name(parameters.color_trc)))
    let order = unsafe parameters.field_order
    isInterlaced = order != AV_FIELD_UNKNOWN && order != AV_FIELD_PROGRESSIVE
    sampleRate = Int(unsafe parameters.sample_rate)
    channels = Int(unsafe parameters.ch_layout.nb_channels)
  }

  private static func name(_ text: UnsafePointer<CChar>?) -> String? {
    guard let text = unsafe text else { return nil }
    return unsafe String(cString: text)
  }

  private static func metadata(of stream: UnsafeMutablePointer<AVStream>, _ key: String) -> String?
  {
    guard let entry = unsafe av_dict_get(stream.pointee.metadata, key, nil, 0) else { return nil }
    return unsafe String(cString: entry.pointee.value)
  }

  /// The display matrix's turn in clockwise degrees, to the nearest quarter.
  private static func rotation(of stream: UnsafeMutablePointer<AVStream>) -> Int {
    var size = 0
    guard let data = unsafe rn_stream_display_matrix(stream, &size) else { return 0 }
    return unsafe quarterTurns(UnsafeRawBufferPointer(start: data, count: size)) * 90
  }

  /// Clockwise quarter turns of a display matrix, to the nearest; 0 for one that cannot be inverted.
  static func quarterTurns(_ bytes: UnsafeRawBufferPointer) -> Int {
    var matrix = [Int32](repeating: 0, count: 9)
    guard bytes.count >= 36 else { return 0 }
    unsafe matrix.withUnsafeMutableBytes {
      unsafe $0.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<36]))
    }
    // libav's angle is counter-clockwise.
    let angle = unsafe matrix.withUnsafeBufferPointer {
      unsafe av_display_rotation_get($0.baseAddress!)
    }
    guard angle.isFinite else { return 0 }
    let quarters = Int((-angle / 90).rounded())
    return (quarters % 4 + 4) % 4
  }
}
