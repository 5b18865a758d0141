internal import CHost
internal import Foundation
internal import Glibc

/// What a process allows itself, before it opens a file that somebody else made.
public enum HostProcess {
  /// Address space at most, in bytes. Allocations beyond it fail.
  public static func limitMemory(_ bytes: UInt64) -> Bool { limit(RLIMIT_AS, bytes) }

  /// Size of a file at most, in bytes. Writes beyond it fail with `EFBIG` instead of ending the process.
  public static func limitFileSize(_ bytes: UInt64) -> Bool {
    signal(SIGXFSZ, SIG_IGN)
    return limit(RLIMIT_FSIZE, bytes)
  }

  /// Processor time at most from now on, in seconds; then the process is killed. A later call sets it anew.
  public static func limitProcessorTime(_ seconds: UInt64) -> Bool {
    var old = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &old) == 0 else {
      return false
    }
    let used = UInt64(processorSeconds.rounded(.up))
    old.rlim_cur = min(rlim_t(used + seconds), old.rlim_max)
    return unsafe setrlimit(__rlimit_resource_t(RLIMIT_CPU.rawValue), &old) == 0
  }

  /// Processor time of all threads so far.
  public static var processorSeconds: Double {
    var time = timespec()
    guard unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  /// No core file: it would hold gigabytes of pictures.
  public static func refuseCoreFile() { _ = limit(RLIMIT_CORE, 0) }

  /// Lets other processes go before this one: all its threads, and those that they begin.
  public static func lowerPriority() {
    // On Linux each thread has a priority of its own.
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    for thread in threads.compactMap(UInt32.init) {
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), thread, 10)
    }
    if threads.isEmpty { _ = nice(10) }
  }

  /// Lets everything else go before the thread that calls, and before those that it begins.
  public static func lowerThreadPriority() {
    // 0 is the calling thread, on Linux.
    _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
  }

  /// Leaves the machine's network for an empty one. Must be called before the process has a second thread;
  /// false where the system does not allow it.
  public static func leaveNetwork() -> Bool {
    #if os(Linux)
      if rn_unshare(RN_CLONE_NEWNET) == 0 { return true }
      return rn_unshare(RN_CLONE_NEWUSER | RN_CLONE_NEWNET) == 0
    #else
      return false
    #endif
  }

  /// Ends the process at once, without any clean-up.
  public static func vanish(_ status: Int32) -> Never { _exit(status) }

  /// The most that a process started from here may be given, with `value` wanted; nobody but root may go above it.
  public static func allowed(_ value: UInt64, of resource: Resource) -> UInt64 {
    min(value, hardLimit(resource.number))
  }

  /// What the system counts of a process.
  public enum Resource: Sendable {
    case memory, fileSize, processorSeconds

    fileprivate var number: __rlimit_resource {
      switch self {
      case .memory: RLIMIT_AS
      case .fileSize: RLIMIT_FSIZE
      case .processorSeconds: RLIMIT_CPU
      }
    }
  }

  private static func hardLimit(_ resource: __rlimit_resource) -> UInt64 {
    var old = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(resource.rawValue), &old) == 0 else { return .max }
    return UInt64(old.rlim_max)
  }

  /// A hard limit that is lower already stays.
  private static func limit(_ resource: __rlimit_resource, _ value: UInt64) -> Bool {
    let value = rlim_t(min(value, hardLimit(resource)))
    var limits = rlimit(rlim_cur: value, rlim_max: value)
    return unsafe setrlimit(__rlimit_resource_t(resource.rawValue), &limits) == 0
  }
}
