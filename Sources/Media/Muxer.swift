internal import CLibav

/// Writes packets into a container file: streams, header, packets, then `finish`.
///
/// The caller gives a temporary name and renames the file when `finish` has returned; a muxer that is let go
/// before leaves an unfinished file. Not `Sendable`.
@safe
public final class Muxer {
  private let context: UnsafeMutablePointer<AVFormatContext>
  private let path: String
  private var bases: [TimeBase] = []
  private var wroteHeader = false

  /// Creates `path` as a container that libav calls `format`: `mp4`, `mov`, `matroska`, `webm`, `wav` …
  public init(path: String, format: String) throws(MediaError) {
    LibavLog.silence
    self.path = path
    var created: UnsafeMutablePointer<AVFormatContext>?
    try check(
      unsafe avformat_alloc_output_context2(&created, nil, format, "file:" + path), .openOutput,
      on: path)
    guard let context = unsafe created else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: path)
    }
    unsafe context.pointee.flags |= AVFMT_FLAG_BITEXACT
    let code = unsafe avio_open2(&context.pointee.pb, "file:" + path, AVIO_FLAG_WRITE, nil, nil)
    if code < 0 {
      unsafe avformat_free_context(context)
      throw MediaError(operation: .openOutput, code: code, subject: path)
    }
    unsafe self.context = unsafe context
  }

  deinit {
    unsafe avio_closep(&context.pointee.pb)
    unsafe avformat_free_context(context)
  }

  /// Adds a stream; gives its index for `write`. `tag` is the container's four letters where they matter.
  public func addStream(
    _ parameters: CodecParameters, frameRate: TimeBase? = nil, tag: String? = nil,
    language: String? = nil
  ) throws(MediaError) -> Int {
    guard let stream = unsafe avformat_new_stream(context, nil) else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: path)
    }
    try check(
      unsafe avcodec_parameters_copy(stream.pointee.codecpar, parameters.pointer), .writeHeader,
      on: path)
    let letters = tag.map { Array($0.utf8) } ?? []
    unsafe stream.pointee.codecpar.pointee.codec_tag =
      letters.count == 4
      ? UInt32(letters[0]) | UInt32(letters[1]) << 8 | UInt32(letters[2]) << 16 | UInt32(letters[3])
        << 24 : 0
    unsafe stream.pointee.time_base = parameters.timeBase.rational
    if let frameRate {
      unsafe stream.pointee.avg_frame_rate = frameRate.rational
      unsafe stream.pointee.r_frame_rate = frameRate.rational
    }
    unsafe stream.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
    if let language { _ = unsafe av_dict_set(&stream.pointee.metadata, "language", language, 0) }
    bases.append(parameters.timeBase)
    return bases.count - 1
  }

  /// A named stretch, in ticks of `base`, end open. Before the header.
  public struct Chapter: Sendable, Hashable {
    public var title: String
    public var start: Int64
    public var end: Int64
    public init(title: String, start: Int64, end: Int64) {
      (self.title, self.start, self.end) = (title, start, end)
    }
  }

  /// Sets the chapters. Before the header.
  public func setChapters(_ chapters: [Chapter], base: TimeBase) throws(MediaError) {
    if chapters.isEmpty { return }
    let list = unsafe av_calloc(
      chapters.count, MemoryLayout<UnsafeMutablePointer<AVChapter>?>.stride)
    guard let list = unsafe list else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: path)
    }
    // The context owns list and chapters from here on.
    let slots = unsafe list.bindMemory(
      to: UnsafeMutablePointer<AVChapter>?.self, capacity: chapters.count)
    unsafe context.pointee.chapters = unsafe slots
    for (index, chapter) in chapters.enumerated() {
      guard let memory = unsafe av_mallocz(MemoryLayout<AVChapter>.size) else {
        throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: path)
      }
      let entry = unsafe memory.bindMemory(to: AVChapter.self, capacity: 1)
      unsafe entry.pointee.id = Int64(index)
      unsafe entry.pointee.time_base = base.rational
      unsafe entry.pointee.start = chapter.start
      unsafe entry.pointee.end = chapter.end
      _ = unsafe av_dict_set(&entry.pointee.metadata, "title", chapter.title, 0)
      unsafe slots[index] = unsafe entry
      unsafe context.pointee.nb_chapters = UInt32(index + 1)
    }
  }

  /// A line of the file's metadata, such as `title`. Before the header.
  public func setMetadata(_ key: String, _ value: String) {
    _ = unsafe av_dict_set(&context.pointee.metadata, key, value, 0)
  }

  public func writeHeader(options: [String: String] = [:]) throws(MediaError) {
    var options = Options(options)
    try check(unsafe avformat_write_header(context, &options.dictionary), .writeHeader, on: path)
    wroteHeader = true
  }

  /// Writes a packet whose times are ticks of its stream's time base; its payload may be taken over, its times
  /// are rescaled in place.
  public func write(_ packet: Packet, to stream: Int) throws(MediaError) {
    let base = bases[stream]
    packet.streamIndex = stream
    unsafe av_packet_rescale_ts(
      packet.pointer, base.rational, context.pointee.streams[stream]!.pointee.time_base)
    try check(unsafe av_interleaved_write_frame(context, packet.pointer), .writePacket, on: path)
  }

  /// Writes what is buffered and the trailer, and closes the file; an error of the disk comes out here.
  public func finish() throws(MediaError) {
    try check(unsafe av_write_trailer(context), .writeTrailer, on: path)
    unsafe avio_flush(context.pointee.pb)
    let lasting = unsafe context.pointee.pb.pointee.error
    try check(lasting, .writeTrailer, on: path)
    try check(unsafe avio_closep(&context.pointee.pb), .writeTrailer, on: path)
  }
}
