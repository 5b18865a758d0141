internal import CLibav

/// libav's own messages, which it writes to standard error.
enum LibavLog {
  /// Turned off once for the process: what matters comes back as an error or a count.
  static let silence: Void = av_log_set_level(AV_LOG_QUIET)
}
