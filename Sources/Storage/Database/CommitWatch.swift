internal import Foundation
internal import Glibc
internal import Synchronization

/// Sees that somebody, in any process, has committed, and tells all who ask.
///
/// It looks at the log's size and time every 50 ms, which costs less than asking the database: one thread for all who
/// ask, and none where nobody does.
final class CommitWatch: Sendable {
  private struct State {
    var listeners: [Int: AsyncStream<Void>.Continuation] = [:]
    var last = 0
    var isWatching = false
  }

  private static let pause = 0.05

  private let log: String
  private let state = Mutex(State())

  init(database: String) { log = database + "-wal" }

  func commits() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let (number, isFirst) = state.withLock { state in
        state.last += 1
        state.listeners[state.last] = continuation
        defer { state.isWatching = true }
        return (state.last, !state.isWatching)
      }
      continuation.onTermination = { [weak self] _ in
        self?.state.withLock { $0.listeners[number] = nil }
      }
      if isFirst { watch() }
    }
  }

  private func watch() {
    let last = FileStamp(log)
    let thread = Thread { [weak self] in
      var last = last
      while true {
        Thread.sleep(forTimeInterval: Self.pause)
        guard let watch = self, let listeners = watch.listeners() else { return }
        let stamp = FileStamp(watch.log)
        if stamp != last { for listener in listeners { listener.yield() } }
        last = stamp
      }
    }
    thread.name = "storage.watch"
    thread.start()
  }

  /// Nothing where nobody listens any more, and the thread ends.
  private func listeners() -> [AsyncStream<Void>.Continuation]? {
    state.withLock { state in
      if state.listeners.isEmpty {
        state.isWatching = false
        return nil
      }
      return Array(state.listeners.values)
    }
  }

  deinit { for listener in state.withLock({ $0.listeners.values }) { listener.finish() } }
}

/// What changes about a file when it is written to; that of a file that is not there is equal to itself.
private struct FileStamp: Equatable {
  var size = -1
  var seconds = 0
  var nanoseconds = 0

  init(_ path: String) {
    var facts = stat()
    // Foundation's attributes of a file read the machine's users and the file's own labels too.
    guard unsafe stat(path, &facts) == 0 else { return }
    size = Int(facts.st_size)
    (seconds, nanoseconds) = (facts.st_mtim.tv_sec, facts.st_mtim.tv_nsec)
  }
}
