extension ClipForge {
  /// How a picture is encoded.
  public enum Codec: String, Sendable, CaseIterable {
    /// H.264 with B-frames and closed GOPs of 10.
    case h264
    /// H.264 with B-frames that refer across key frames.
    case h264OpenGOP
    /// H.264 without B-frames.
    case h264Baseline
    case hevc, vp8, vp9, prores, ffv1, mjpeg

    /// Arguments for the encoder; lossy ones at a quality that keeps blocks readable.
    public var arguments: [String] {
      switch self {
      case .h264: ["-c:v", "libx264", "-crf", "18", "-g", "10", "-bf", "3"]
      case .h264OpenGOP:
        [
          "-c:v", "libx264", "-crf", "18", "-bf", "3", "-x264-params",
          "open-gop=1:keyint=10:min-keyint=10:scenecut=0:b-adapt=0",
        ]
      case .h264Baseline: ["-c:v", "libx264", "-profile:v", "baseline", "-crf", "18", "-g", "12"]
      case .hevc:
        [
          "-c:v", "libx265", "-crf", "18", "-tag:v", "hvc1", "-x265-params",
          "keyint=10:min-keyint=10:bframes=3:open-gop=1:log-level=none",
        ]
      case .vp8: ["-c:v", "libvpx", "-b:v", "1M", "-g", "10", "-auto-alt-ref", "1"]
      case .vp9: ["-c:v", "libvpx-vp9", "-b:v", "1M", "-g", "10", "-row-mt", "0"]
      case .prores: ["-c:v", "prores_ks"]
      case .ffv1: ["-c:v", "ffv1"]
      case .mjpeg: ["-c:v", "mjpeg", "-q:v", "3"]
      }
    }

    /// A container that people keep it in.
    public var suffix: String {
      switch self {
      case .vp8, .vp9: "webm"
      case .prores: "mov"
      case .ffv1: "mkv"
      default: "mp4"
      }
    }
  }

  /// A moving test picture without sound; `options` go before the file name and may override everything.
  public static func plain(
    _ name: String = "plain.mp4", size: String = "64x36", rate: String = "30",
    seconds: Double = 1, filter: String = "format=yuv420p", codec: Codec = .h264,
    options: [String] = []
  ) throws -> String {
    try make(
      name,
      ["-f", "lavfi", "-i", "testsrc2=s=\(size):r=\(rate):d=\(seconds)", "-vf", filter]
        + codec.arguments + options)
  }

  /// Each frame carries its index (see `FrameCode`).
  public static func numbered(
    _ codec: Codec = .h264, frames: Int = 40, size: String = "96x64", rate: String = "30",
    suffix: String? = nil, filter: String = "null", options: [String] = []
  ) throws -> String {
    try make(
      "numbered.\(suffix ?? codec.suffix)",
      [
        "-f", "lavfi", "-i", "color=black:s=\(size):r=\(rate)", "-frames:v", "\(frames)", "-vf",
        "format=yuv420p,\(FrameCode.filter),\(filter)",
      ] + codec.arguments + options)
  }

  /// Frame-numbered with a variable rate: of 60 frames at 30 a second all of the first ten and every third of
  /// the others are there, with the number they had. The last one is 57, so it ends at 58/30 s.
  public static func variableRate(_ suffix: String = "mp4", codec: Codec = .h264) throws -> String {
    try make(
      "vfr.\(suffix)",
      [
        "-f", "lavfi", "-i", "color=black:s=96x64:r=30", "-frames:v", "30", "-vf",
        "format=yuv420p,\(FrameCode.filter),trim=end_frame=60,select='lt(n,10)+not(mod(n,3))'",
        "-vsync", "vfr",
      ] + codec.arguments)
  }

  /// Turned by the display matrix: stored lying, to be shown turned by `degrees` clockwise.
  public static func rotated(_ degrees: Int) throws -> String {
    let upright = try plain("upright.mp4")
    // The program's metadata key counts counter-clockwise.
    return try make(
      "rotated.mp4",
      ["-i", upright, "-c", "copy", "-metadata:s:v:0", "rotate=\((360 - degrees) % 360)"])
  }

  /// Stored pixels that are not square.
  public static func anamorphic(
    size: String = "48x36", sampleAspect: String = "4/3"
  ) throws -> String {
    try plain("anamorphic.mp4", size: size, filter: "format=yuv420p,setsar=\(sampleAspect)")
  }

  /// One colour; `tags` are written to the stream, none when nil, and `matrix` decides the samples.
  public static func colour(
    _ colour: String, matrix: String, range: String = "tv", tags: Bool = true,
    size: String = "64x36"
  ) throws -> String {
    let space = matrix == "bt601" ? "smpte170m" : matrix
    let options =
      tags
      ? [
        "-colorspace", space, "-color_primaries", space, "-color_trc", space, "-color_range", range,
      ] : []
    // The scaler writes tags onto its frames, so untagged streams lose them again.
    let strip = tags ? "" : ",setparams=colorspace=unknown:range=unspecified"
    return try make(
      "colour.mp4",
      [
        "-f", "lavfi", "-i", "color=\(colour):s=\(size):r=25:d=0.4", "-vf",
        "format=rgb24,scale=out_color_matrix=\(matrix):out_range=\(range),format=yuv420p\(strip)",
      ] + Codec.h264.arguments + options)
  }

  /// VP9 with transparency: the left half opaque red, the right half clear.
  public static func alphaWebM(codec: Codec = .vp9) throws -> String {
    try make(
      "alpha.webm",
      [
        "-f", "lavfi", "-i", "color=red:s=64x36:r=25:d=0.4", "-vf",
        "format=rgba,geq=r=255:g=0:b=0:a='if(lt(X,W/2),255,0)',format=yuva420p",
        "-auto-alt-ref", "0",
      ] + Array(codec.arguments.prefix(6)))
  }

  /// ProRes 4444 with the same transparency.
  public static func alphaProRes() throws -> String {
    try make(
      "alpha.mov",
      [
        "-f", "lavfi", "-i", "color=red:s=64x36:r=25:d=0.2", "-vf",
        "format=rgba,geq=r=255:g=0:b=0:a='if(lt(X,W/2),255,0)'", "-c:v", "prores_ks", "-profile:v",
        "4444", "-pix_fmt", "yuva444p10le",
      ])
  }

  /// One picture, as its suffix says: `still.png` (RGBA), `still.jpg`, `still.webp`; or `moving.gif`.
  public static func still(_ name: String, size: String = "64x36") throws -> String {
    let format = name.hasSuffix("png") ? "format=rgba" : "null"
    return try make(
      name,
      ["-f", "lavfi", "-i", "testsrc2=s=\(size):r=10", "-vf", format]
        + ["-frames:v", name.hasSuffix("gif") ? "5" : "1"]
        + (name.hasSuffix("webp") ? ["-c:v", "libwebp"] : []))
  }
}
