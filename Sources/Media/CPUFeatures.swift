internal import CLibav
internal import Synchronization

/// Which instruction sets libav may use.
///
/// Video decoders give the same bits whatever the CPU. Sound decoders, the resampler and the sound
/// encoders do not: their floating-point routines round differently with SSE, AVX and FMA. So these are
/// opened with all of them off, while video is opened with all of them on; the choice is taken when a
/// codec is opened.
public enum CPUFeatures {
  private static let opening = Mutex<Void>(())

  /// What the processor has, asked for once before libav does anything else.
  ///
  /// libav finds it out when it is first asked, or asked again after `av_force_cpu_flags(-1)`, and then stores it. On
  /// another thread that takes back what was forced in between, and a codec of sound opens with the wrong routines.
  static let found: Int32 = av_get_cpu_flags()

  /// What codecs are opened with now.
  static var current: Int32 { av_get_cpu_flags() }

  /// Limits the whole process to what `names` says, in the words of ffmpeg's `-cpuflags`, such as `sse2` or `0`.
  public static func limit(to names: String) throws(MediaError) {
    var flags: UInt32 = 0
    let code = unsafe names.withCString { unsafe av_parse_cpu_caps(&flags, $0) }
    try check(code, .open, on: names)
    _ = found
    let wanted = Int32(bitPattern: flags)
    limited.withLock { $0 = wanted }
    av_force_cpu_flags(wanted)
  }

  private static let limited = Mutex<Int32?>(nil)

  /// Runs `body`, which opens a codec whose output does not depend on the CPU.
  static func any(_ body: () throws(MediaError) -> Void) throws(MediaError) {
    _ = found
    try opening.withLock { _ throws(MediaError) in try body() }
  }

  /// Runs `body`, which opens a codec that must give the same bits on every CPU.
  static func portable(_ body: () throws(MediaError) -> Void) throws(MediaError) {
    let found = found
    try opening.withLock { _ throws(MediaError) in
      av_force_cpu_flags(0)
      defer { av_force_cpu_flags(limited.withLock { $0 } ?? found) }
      try body()
    }
  }
}
