internal import Synchronization

/// Whether this process found nothing to do the last time it looked.
final class Idleness: Sendable {
  private let idle = Atomic<Bool>(true)

  var isIdle: Bool {
    get { idle.load(ordering: .relaxed) }
    set { idle.store(newValue, ordering: .relaxed) }
  }
}
