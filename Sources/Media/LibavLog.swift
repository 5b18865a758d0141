internal import CLibav
internal import Synchronization

/// libav's own messages.
///
/// Nothing is printed unless `Libraries.setLogLevel` says so: what matters comes back as an error. But some
/// decoders tell of a damaged picture by a message alone, and give the picture as if it were sound; so the
/// error messages of decoders are counted.
enum LibavLog {
  /// Prepares the process once, before anything of libav is opened.
  static let silence: Void = {
    av_log_set_level(AV_LOG_QUIET)
    unsafe av_log_set_callback(receiveLog)
    _ = CPUFeatures.found
  }()

  /// Error messages by the address of the object that they are about.
  private static let counts = Mutex<[UInt: Int]>([:])

  static func startCounting(_ object: UnsafeMutableRawPointer) {
    let key = UInt(bitPattern: object)
    counts.withLock { $0[key] = 0 }
  }

  static func stopCounting(_ object: UnsafeMutableRawPointer) {
    let key = UInt(bitPattern: object)
    counts.withLock { _ = $0.removeValue(forKey: key) }
  }

  /// How many error messages there were about `object` since the last call.
  static func takeCount(_ object: UnsafeMutableRawPointer) -> Int {
    let key = UInt(bitPattern: object)
    return counts.withLock { counts in
      guard let count = counts[key], count > 0 else { return 0 }
      counts[key] = 0
      return count
    }
  }

  fileprivate static func note(_ object: UnsafeMutableRawPointer) {
    let key = UInt(bitPattern: object)
    counts.withLock { if let count = $0[key] { $0[key] = count + 1 } }
  }
}

/// Called by libav on whatever thread has something to say.
private func receiveLog(
  _ object: UnsafeMutableRawPointer?, _ level: Int32, _ format: UnsafePointer<CChar>?,
  _ arguments: CVaListPointer?
) {
  if level <= AV_LOG_ERROR, level >= 0, let object = unsafe object { unsafe LibavLog.note(object) }
  if level <= av_log_get_level(), let arguments = unsafe arguments {
    unsafe av_log_default_callback(object, level, format, arguments)
  }
}
