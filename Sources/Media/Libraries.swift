internal import CLibav
internal import CText

/// The libav libraries that are loaded, and what they can do.
public enum Libraries {
  public struct Version: Sendable, Hashable {
    public var name: String
    /// As in `59.37.100`.
    public var version: String
  }

  /// Versions of the libraries in use, and of the encoders that have no version of their own but their build.
  public static var versions: [Version] {
    [
      Version(name: "libavcodec", version: text(avcodec_version())),
      Version(name: "libavformat", version: text(avformat_version())),
      Version(name: "libavfilter", version: text(avfilter_version())),
      Version(name: "libavutil", version: text(avutil_version())),
      Version(name: "libswscale", version: text(swscale_version())),
      Version(name: "libswresample", version: text(swresample_version())),
      Version(name: "libass", version: String(ass_library_version(), radix: 16)),
      Version(name: "HarfBuzz", version: unsafe String(cString: hb_version_string())),
    ]
  }

  /// FFmpeg's own version, such as `5.1.9-0+deb12u1`.
  public static var release: String { unsafe String(cString: av_version_info()) }

  /// How the libraries were configured.
  public static var configuration: String { unsafe String(cString: avcodec_configuration()) }

  /// `GPL version 2 or later`, or whatever the build's parts make of it.
  public static var licence: String { unsafe String(cString: avcodec_license()) }

  private static func text(_ version: UInt32) -> String {
    "\(version >> 16).\(version >> 8 & 255).\(version & 255)"
  }

  public static func hasEncoder(_ name: String) -> Bool {
    unsafe avcodec_find_encoder_by_name(name) != nil
  }

  public static func hasDecoder(_ name: String) -> Bool {
    unsafe avcodec_find_decoder_by_name(name) != nil
  }

  public static func hasFilter(_ name: String) -> Bool { unsafe avfilter_get_by_name(name) != nil }

  public static func hasMuxer(_ name: String) -> Bool {
    unsafe av_guess_format(name, nil, nil) != nil
  }

  /// What libav prints of its own accord; errors come as values, so nothing is the default of a program.
  public enum LogLevel: Sendable { case quiet, errors, everything }

  public static func setLogLevel(_ level: LogLevel) {
    // Before, or the first file opened would turn it off again.
    LibavLog.silence
    switch level {
    case .quiet: av_log_set_level(AV_LOG_QUIET)
    case .errors: av_log_set_level(AV_LOG_ERROR)
    case .everything: av_log_set_level(AV_LOG_VERBOSE)
    }
  }
}
