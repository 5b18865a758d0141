internal import CLibav
internal import Synchronization

/// A flag that stops blocking libav calls from another thread.
///
/// Set once; every demuxer opened with it then fails with `MediaError.isInterrupted`.
public final class Interrupt: Sendable {
  private let flag = Atomic<Bool>(false)
  private let pause = Atomic<Bool>(false)
  private let count = Atomic<Int>(0)

  public init() {}

  /// True lets readers end what they are at with `MediaError.isInterrupted` before their next packet; unlike after
  /// `cancel()` they go on when it is false again.
  public var isPaused: Bool {
    get { pause.load(ordering: .relaxed) }
    set { pause.store(newValue, ordering: .relaxed) }
  }

  public func cancel() { flag.store(true, ordering: .relaxed) }
  public var isCancelled: Bool { flag.load(ordering: .relaxed) }

  /// How often work has come by to look: stands still when a library does not return.
  public var checks: Int { count.load(ordering: .relaxed) }

  /// Throws after `cancel()` and while it is paused.
  public func check() throws(MediaError) {
    count.wrappingAdd(1, ordering: .relaxed)
    guard isCancelled || isPaused else { return }
    throw MediaError(operation: .readPacket, code: RN_EXIT, detail: "cancelled")
  }
}

/// Called by libav on whatever thread blocks; a file-scope function, since a closure literal written under
/// an actor would carry its isolation along.
func interruptCallback(_ opaque: UnsafeMutableRawPointer?) -> Int32 {
  guard let opaque = unsafe opaque else { return 0 }
  return unsafe Unmanaged<Interrupt>.fromOpaque(opaque).takeUnretainedValue().isCancelled ? 1 : 0
}
