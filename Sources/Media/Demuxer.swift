internal import CLibav
internal import Foundation
internal import Glibc

/// Reads the packets of one local file.
///
/// The file is opened by absolute path with nothing but libav's `file` protocol, the demuxer its first bytes
/// call for, and a list of decoders; references to other files are never followed. Not `Sendable`.
@safe
public final class Demuxer {
  let context: UnsafeMutablePointer<AVFormatContext>
  private let interrupt: Interrupt
  public let path: String
  public let format: MediaFormat
  public let streams: [StreamInfo]

  /// Decoders that a file may ask for: what cameras, editors and the web write.
  static let decoders: Set<String> = [
    "h264", "hevc", "vp8", "vp9", "libvpx", "libvpx-vp9", "libdav1d", "libaom-av1", "av1", "mpeg4",
    "mpeg2video", "mjpeg", "prores", "dnxhd", "ffv1", "png", "webp", "gif", "qtrle", "rawvideo",
    "ffvhuff", "huffyuv", "utvideo", "theora", "cfhd", "aac", "mp3", "mp3float", "flac", "vorbis",
    "opus",
    "libopus", "alac", "ac3", "eac3", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be",
    "pcm_s32le",
    "pcm_s32be", "pcm_f32le", "pcm_f32be", "pcm_f64le", "pcm_u8", "pcm_s8", "pcm_alaw", "pcm_mulaw",
    "adpcm_ima_qt", "adpcm_ms", "adpcm_ima_wav",
  ]
  static let decoderList = decoders.sorted().joined(separator: ",")

  /// Opens `path`, an absolute path of a regular file, and reads its streams.
  ///
  /// Throws `MediaError`: `.open` when it cannot be read, `.recognise` when it is of no accepted format,
  /// `.limit` when it breaks `limits`, `.readStreams` when its headers are damaged.
  public init(
    path: String, interrupt: Interrupt = Interrupt(), limits: MediaLimits = MediaLimits()
  ) throws(MediaError) {
    LibavLog.silence
    self.path = path
    self.interrupt = interrupt
    let format = try Self.recognise(path, limits)
    self.format = format
    statedBytes = format == .wav ? Self.riffLength(try Self.beginning(of: path, 8)) : 0

    guard let opening = unsafe avformat_alloc_context() else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: path)
    }
    unsafe opening.pointee.interrupt_callback = unsafe AVIOInterruptCB(
      callback: unsafe interruptCallback,
      opaque: unsafe Unmanaged.passUnretained(interrupt).toOpaque())
    unsafe opening.pointee.flags |= AVFMT_FLAG_BITEXACT
    var options = Options([
      "protocol_whitelist": "file", "format_whitelist": format.whitelist,
      "codec_whitelist": Self.decoderList,
    ])
    var opened: UnsafeMutablePointer<AVFormatContext>? = unsafe opening
    let code = unsafe avformat_open_input(
      &opened, "file:" + path, format.demuxer, &options.dictionary)
    guard code >= 0, let context = unsafe opened else {
      // avformat_open_input has freed the context.
      if interrupt.isCancelled { try interrupt.check() }
      throw MediaError(operation: .open, code: code, subject: path)
    }
    do throws(MediaError) {
      try unsafe Self.checkLimits(context, limits, path)
      let found = unsafe Self.findStreams(context, limits)
      if interrupt.isCancelled { try interrupt.check() }
      try check(found, .readStreams, on: path)
      try unsafe Self.checkLimits(context, limits, path)
      try unsafe Self.checkDuration(context, format, limits, path)
    } catch {
      unsafe avformat_close_input(&opened)
      throw error
    }
    streams = unsafe (0..<Int(context.pointee.nb_streams)).map {
      unsafe StreamInfo(context.pointee.streams[$0]!, format: format)
    }
    unsafe self.context = unsafe context
  }

  deinit {
    var context: UnsafeMutablePointer<AVFormatContext>? = unsafe context
    unsafe avformat_close_input(&context)
  }

  /// Reads as much as it takes to know each stream, decoding no picture beyond `limits`.
  private static func findStreams(
    _ context: UnsafeMutablePointer<AVFormatContext>, _ limits: MediaLimits
  ) -> Int32 {
    // One dictionary for each stream that the header has named.
    let count = unsafe Int(context.pointee.nb_streams)
    var options = unsafe [OpaquePointer?](repeating: nil, count: count)
    for index in 0..<count {
      _ = unsafe av_dict_set(&options[index], "max_pixels", String(limits.pixels), 0)
    }
    defer { for index in 0..<count { unsafe av_dict_free(&options[index]) } }
    return unsafe options.withUnsafeMutableBufferPointer {
      unsafe avformat_find_stream_info(context, $0.baseAddress)
    }
  }

  /// Tells the format by the first bytes, and refuses a still that is too large to be decoded.
  private static func recognise(
    _ path: String, _ limits: MediaLimits
  ) throws(MediaError) -> MediaFormat {
    func refuse(_ detail: String) -> MediaError {
      MediaError(operation: .recognise, code: RN_INVALIDDATA, subject: path, detail: detail)
    }
    let head = try beginning(of: path, 64)
    if head.isEmpty { throw refuse("the file is empty") }
    guard let format = MediaFormat(head: head) else {
      throw refuse("its first bytes are of no accepted format (\(MediaFormat.acceptedNames))")
    }
    if format == .webp, StillHeader.isAnimatedWebP(head) {
      throw refuse("it is an animated WebP, of which only stills are accepted")
    }
    // A JPEG's size comes after its EXIF data and colour profile.
    if format == .png || format == .jpeg,
      let size = StillHeader.size(of: format, try beginning(of: path, 1 << 20))
    {
      try checkSize(size.width, size.height, limits, path)
    }
    return format
  }

  private static func beginning(of path: String, _ count: Int) throws(MediaError) -> [UInt8] {
    let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
    if file < 0 { throw MediaError(operation: .open, code: rn_averror(errno), subject: path) }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: count)
    let found = unsafe bytes.withUnsafeMutableBytes {
      unsafe Glibc.read(file, $0.baseAddress, $0.count)
    }
    if found < 0 { throw MediaError(operation: .open, code: rn_averror(errno), subject: path) }
    return Array(bytes.prefix(found))
  }

  private static func riffLength(_ head: [UInt8]) -> Int64 {
    guard head.count >= 8 else { return 0 }
    let length = (0..<4).reduce(Int64(0)) { $0 | Int64(head[4 + $1]) << (8 * $1) }
    // A program that wrote to a pipe could not come back to fill it in; RF64 has it elsewhere.
    return length >= 0xFFFF_FF00 ? 0 : length + 8
  }

  private static func checkSize(
    _ width: Int, _ height: Int, _ limits: MediaLimits, _ path: String
  ) throws(MediaError) {
    if width > limits.side || height > limits.side || width * height > limits.pixels {
      throw MediaError(
        operation: .limit, code: RN_EINVAL, subject: path,
        detail:
          "the picture is \(width)x\(height), at most \(limits.side) a side and \(limits.pixels) pixels are accepted"
      )
    }
  }

  private static func checkLimits(
    _ context: UnsafeMutablePointer<AVFormatContext>, _ limits: MediaLimits, _ path: String
  ) throws(MediaError) {
    func refuse(_ detail: String) -> MediaError {
      MediaError(operation: .limit, code: RN_EINVAL, subject: path, detail: detail)
    }
    let count = unsafe Int(context.pointee.nb_streams)
    if count > limits.streams {
      throw refuse("\(count) streams, at most \(limits.streams) are accepted")
    }
    for index in 0..<count {
      let parameters = unsafe context.pointee.streams[index]!.pointee.codecpar.pointee
      try checkSize(unsafe Int(parameters.width), unsafe Int(parameters.height), limits, path)
    }
  }

  private static func checkDuration(
    _ context: UnsafeMutablePointer<AVFormatContext>, _ format: MediaFormat, _ limits: MediaLimits,
    _ path: String
  ) throws(MediaError) {
    let duration = unsafe length(of: context, format)
    if duration != RN_NOPTS, Double(duration) / 1e6 > limits.duration {
      throw MediaError(
        operation: .limit, code: RN_EINVAL, subject: path,
        detail:
          "it lasts \(duration / 1_000_000) s, at most \(Int(limits.duration)) s are accepted")
    }
  }

  /// Microseconds from the first moment to the last; `RN_NOPTS` where nothing says it.
  ///
  /// Matroska's and MP4's duration is the time of the end, whatever the times begin with.
  private static func length(
    of context: UnsafeMutablePointer<AVFormatContext>, _ format: MediaFormat
  ) -> Int64 {
    let (duration, start) = unsafe (context.pointee.duration, context.pointee.start_time)
    guard [.matroska, .mov].contains(format), duration != RN_NOPTS, start != RN_NOPTS else {
      return duration
    }
    return max(0, duration - max(0, start))
  }

  /// Length in seconds as the container's header has it; nil where it says nothing and libav has guessed.
  public var statedDuration: Double? {
    let duration = unsafe Self.length(of: context, format)
    guard duration != RN_NOPTS,
      unsafe context.pointee.duration_estimation_method != AVFMT_DURATION_FROM_BITRATE
    else { return nil }
    return Double(duration) / 1e6
  }

  /// WAV: the file's length in bytes by its header; 0 where the header leaves it open.
  public let statedBytes: Int64

  /// The first stream of a kind that is no cover picture.
  public func firstStream(_ kind: StreamInfo.Kind) -> StreamInfo? {
    streams.first { $0.kind == kind && !$0.isAttachedPicture }
  }

  /// Leaves the packets of all other streams unread.
  public func select(_ indexes: [Int]) {
    for stream in streams {
      let wanted = indexes.contains(stream.index)
      unsafe context.pointee.streams[stream.index]!.pointee.discard =
        wanted ? AVDISCARD_DEFAULT : AVDISCARD_ALL
    }
  }

  /// Stretches of the file that the demuxer could not make sense of and passed over.
  public private(set) var errors = 0
  /// Damaged stretches in a row after which the rest is given up.
  private static let patience = 64

  /// Reads the next packet of any selected stream into `packet`; false at the end of the file.
  ///
  /// Damaged bytes are counted in `errors` and passed over. Throws when the disk fails or it was cancelled.
  public func read(into packet: Packet) throws(MediaError) -> Bool {
    for _ in 0..<Self.patience {
      unsafe av_packet_unref(packet.pointer)
      let code = unsafe av_read_frame(context, packet.pointer)
      if code >= 0 { return true }
      if interrupt.isCancelled { try interrupt.check() }
      if code == RN_EOF { return false }
      if code == RN_ENOMEM || endedInError { try check(code, .readPacket, on: path) }
      errors += 1
    }
    return false
  }

  /// The system failed to read the file.
  public var endedInError: Bool {
    guard let io = unsafe context.pointee.pb else { return false }
    return unsafe io.pointee.error < 0 && io.pointee.error != RN_EOF
  }

  /// Moves to the last key frame of `stream` at or before `timestamp` ticks; to the start where the index
  /// has none.
  public func seek(to timestamp: Int64, in stream: Int) throws(MediaError) {
    let code = unsafe av_seek_frame(context, Int32(stream), timestamp, AVSEEK_FLAG_BACKWARD)
    if code < 0 { try rewind(stream) }
  }

  /// Moves to the start of the file.
  public func rewind(_ stream: Int) throws(MediaError) {
    var code = unsafe av_seek_frame(
      context, Int32(stream), streams[stream].startTime ?? 0, AVSEEK_FLAG_BACKWARD)
    if code < 0 { code = unsafe av_seek_frame(context, -1, 0, AVSEEK_FLAG_BYTE) }
    try check(code, .seek, on: path)
  }
}

extension MediaFormat {
  /// The demuxer's own list of names, as `format_whitelist` wants them.
  var whitelist: String {
    guard let demuxer = unsafe demuxer else { return rawValue }
    return unsafe String(cString: demuxer.pointee.name)
  }
}
