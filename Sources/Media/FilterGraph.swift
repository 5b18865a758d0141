internal import CLibav

/// A libavfilter graph that makes pictures or sound by itself, or passes sound through.
///
/// Its text is written by the program alone: nothing that a document or file says goes into it.
/// Not `Sendable`.
@safe
public final class FilterGraph {
  private let graph: UnsafeMutablePointer<AVFilterGraph>
  private let source: UnsafeMutablePointer<AVFilterContext>?
  private let sink: UnsafeMutablePointer<AVFilterContext>
  private let text: String

  /// A graph with a source of its own, such as `testsrc2=s=64x36:r=25:d=0.2,format=yuv420p`.
  public convenience init(source text: String, sound: Bool = false) throws(MediaError) {
    try self.init(text, input: nil, sound: sound)
  }

  /// A graph that frames of interleaved float sound are pushed through, such as `atempo=1.25`.
  public convenience init(sound text: String, rate: Int, channels: Int) throws(MediaError) {
    let layout = channels == 1 ? "mono" : "stereo"
    try self.init(
      text,
      input: "sample_rate=\(rate):sample_fmt=flt:channel_layout=\(layout):time_base=1/\(rate)",
      sound: true)
  }

  private init(_ text: String, input: String?, sound: Bool) throws(MediaError) {
    LibavLog.silence
    self.text = text
    guard let graph = unsafe avfilter_graph_alloc() else {
      throw MediaError(operation: .allocate, code: RN_ENOMEM, subject: text)
    }
    unsafe graph.pointee.nb_threads = 1
    var sourceFilter: UnsafeMutablePointer<AVFilterContext>?
    var sinkFilter: UnsafeMutablePointer<AVFilterContext>?
    do throws(MediaError) {
      let build = { () throws(MediaError) in
        try check(
          unsafe avfilter_graph_create_filter(
            &sinkFilter, avfilter_get_by_name(sound ? "abuffersink" : "buffersink"), "out", nil,
            nil, graph),
          .buildGraph, on: text)
        var outputs: UnsafeMutablePointer<AVFilterInOut>?
        if let input {
          try check(
            unsafe avfilter_graph_create_filter(
              &sourceFilter, avfilter_get_by_name("abuffer"), "in", input, nil, graph),
            .buildGraph, on: text)
          unsafe outputs = avfilter_inout_alloc()
          unsafe outputs?.pointee.name = unsafe av_strdup("in")
          unsafe outputs?.pointee.filter_ctx = unsafe sourceFilter
          unsafe outputs?.pointee.pad_idx = 0
        }
        var inputs = unsafe avfilter_inout_alloc()
        unsafe inputs?.pointee.name = unsafe av_strdup("out")
        unsafe inputs?.pointee.filter_ctx = unsafe sinkFilter
        unsafe inputs?.pointee.pad_idx = 0
        defer {
          unsafe avfilter_inout_free(&inputs)
          unsafe avfilter_inout_free(&outputs)
        }
        try check(
          unsafe avfilter_graph_parse_ptr(graph, text, &inputs, &outputs, nil), .buildGraph,
          on: text)
        try check(unsafe avfilter_graph_config(graph, nil), .buildGraph, on: text)
      }
      if sound { try CPUFeatures.portable(build) } else { try CPUFeatures.any(build) }
    } catch {
      var graph: UnsafeMutablePointer<AVFilterGraph>? = unsafe graph
      unsafe avfilter_graph_free(&graph)
      throw error
    }
    unsafe self.graph = unsafe graph
    unsafe source = unsafe sourceFilter
    unsafe sink = unsafe sinkFilter!
  }

  deinit {
    var graph: UnsafeMutablePointer<AVFilterGraph>? = unsafe graph
    unsafe avfilter_graph_free(&graph)
  }

  /// Gives the graph a frame, or nil at the end. The frame's samples may be shared with the graph afterwards.
  public func push(_ frame: Frame?) throws(MediaError) {
    guard let source = unsafe source else { return }
    let flags = Int32(AV_BUFFERSRC_FLAG_KEEP_REF)
    try check(
      unsafe av_buffersrc_add_frame_flags(source, frame?.pointer, flags), .pushFrame, on: text)
  }

  /// The next frame; nil when the graph wants another one pushed, or at the end.
  public func nextFrame() throws(MediaError) -> Frame? {
    let frame = try Frame()
    let code = unsafe av_buffersink_get_frame(sink, frame.pointer)
    if code == RN_EAGAIN || code == RN_EOF { return nil }
    try check(code, .pullFrame, on: text)
    return frame
  }
}
