public import Media
public import SceneDocument

/// How the pictures of a film are encoded: everything that must be equal in all its segments.
public struct VideoProfile: Sendable, Hashable {
  public var settings: VideoEncoderSettings
  public var codec: Output.Video.Codec

  /// The encoder's settings for a document's output.
  ///
  /// One thread for each encoder: x264's bytes depend on the number of threads, and two encoders with one
  /// thread each are faster on two cores than one with three. `cpu-independent` makes its bytes the same on
  /// every CPU.
  public init(_ output: Output) {
    let video = output.video
    codec = video.codec
    let rate = output.frameRate
    let gop = max(1, video.gop.frame(at: rate).value)
    let quality = video.quality.map(Self.text)
    var options: [String: String] = [:]
    let encoder: String
    switch video.codec {
    case .h264:
      encoder = "libx264"
      let effort = X264Effort(video.effort, quality: video.quality ?? 20)
      options["preset"] = effort.preset
      options["crf"] = Self.text(effort.crf)
      // Below a CRF of about 1 x264 has quantisers that are lossless, which only its widest profile allows.
      if effort.crf >= 1 {
        options["profile"] =
          video.pixel == .yuv420p ? "high" : video.pixel == .yuv420p10 ? "high10" : "high422"
      }
      var parameters =
        ["cpu-independent=1", "open-gop=0", "stitchable=1", "force-cfr=1"] + effort.parameters
      if let limit = video.maximumKilobits {
        parameters += ["vbv-maxrate=\(limit)", "vbv-bufsize=\(2 * limit)"]
      }
      options["x264-params"] = parameters.joined(separator: ":")
    case .hevc:
      encoder = "libx265"
      options["preset"] = video.effort == .balanced ? "fast" : video.effort.rawValue
      options["crf"] = quality
      var parameters = [
        "pools=none", "frame-threads=1", "wpp=0", "open-gop=0", "info=0", "log-level=error",
        "keyint=\(gop)", "repeat-headers=0",
      ]
      if let limit = video.maximumKilobits {
        parameters += ["vbv-maxrate=\(limit)", "vbv-bufsize=\(2 * limit)"]
      }
      options["x265-params"] = parameters.joined(separator: ":")
    case .vp9:
      encoder = "libvpx-vp9"
      options["crf"] = quality
      options["b"] = video.maximumKilobits.map { "\($0)k" } ?? "0"
      options["deadline"] = "good"
      options["cpu-used"] = Self.vp9Speed(video.effort)
      options["row-mt"] = "0"
      options["lag-in-frames"] = "25"
      options["auto-alt-ref"] = "1"
    case .prores:
      encoder = "prores_ks"
      options["profile"] = "3"
      options["vendor"] = "apl0"
    case .ffv1:
      encoder = "ffv1"
      options["level"] = "3"
      options["slicecrc"] = "1"
      options["slices"] = "4"
    }
    let format: PixelFormat =
      switch video.codec {
      case .prores: .yuv422p10
      default:
        PixelFormat(
          named: video.pixel == .yuv420p
            ? "yuv420p" : video.pixel == .yuv420p10 ? "yuv420p10le" : "yuv422p10le")
          ?? .yuv420p
      }
    let size = output.frameSize
    settings = VideoEncoderSettings(
      encoder: encoder, width: size.width, height: size.height,
      frameRate: TimeBase(Int32(rate.numerator), Int32(rate.denominator)), pixelFormat: format,
      gop: video.codec == .prores || video.codec == .ffv1 ? 1 : gop, threads: 1, options: options)
  }

  /// A number without a needless fraction, the same in every locale.
  private static func text(_ value: Double) -> String {
    value == value.rounded() ? String(Int(value)) : "\(value)"
  }

  private static func vp9Speed(_ effort: Output.Video.Effort) -> String {
    switch effort {
    case .veryslow, .slower: "0"
    case .slow: "1"
    case .medium: "2"
    case .fast, .faster: "3"
    case .balanced: "4"
    case .veryfast, .superfast, .ultrafast: "5"
    }
  }

  /// What decides an encoded segment beside its pictures.
  public var json: JSONValue {
    [
      "encoder": .string(settings.encoder),
      "size": [.integer(settings.width), .integer(settings.height)],
      "fps": [
        .integer(Int(settings.frameRate.numerator)), .integer(Int(settings.frameRate.denominator)),
      ],
      "pixel": .string(settings.pixelFormat.name), "gop": .integer(settings.gop),
      "threads": .integer(settings.threads),
      "options": .object(
        settings.options.sorted { $0.key < $1.key }.map { .init($0.key, .string($0.value)) }),
    ]
  }
}

/// x264's settings for an effort.
struct X264Effort {
  /// Macroblock-tree rate control gives the first frame of a film more bits than it does in the middle of one,
  /// where the lookahead's costs are settled: a segment's first frame has to make up for that.
  static let firstFrame = "zones=0,0,b=1.25"

  var preset: String
  var crf: Double
  var parameters: [String]

  init(_ effort: Output.Video.Effort, quality: Double) {
    switch effort {
    case .balanced:
      // What `Scripts/tune` found: the picture and the size of `medium` on film, animation and graphics alike.
      (preset, crf) = ("faster", min(51, quality + 0.15))
      parameters = ["subme=6", "rc-lookahead=40", "aq-strength=0.9", Self.firstFrame]
    case .ultrafast, .superfast:
      // Without the macroblock tree the first frame is like every other key frame.
      (preset, crf, parameters) = (effort.rawValue, quality, [])
    default:
      (preset, crf, parameters) = (effort.rawValue, quality, [Self.firstFrame])
    }
  }
}
