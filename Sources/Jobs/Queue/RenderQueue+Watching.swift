internal import Storage

extension RenderQueue {
  /// Comes at once, soon after anybody has changed anything, and each second in any case.
  public func changes() -> AsyncStream<Void> {
    AsyncStream(bufferingPolicy: .bufferingNewest(1)) { [database, clock] continuation in
      continuation.yield()
      let hearing = Task {
        for await _ in database.commits() { continuation.yield() }
      }
      let ticking = Task {
        while (try? await clock.sleep(milliseconds: 1_000)) != nil { continuation.yield() }
      }
      continuation.onTermination = { _ in
        hearing.cancel()
        ticking.cancel()
      }
    }
  }

  /// A film's progress, now and whenever something has changed, until it has ended. Who takes it too slowly misses what
  /// lies between, and never the end. Throws `QueueError.noSuchJob`.
  public func watch(_ id: String) -> AsyncThrowingStream<FilmProgress, any Error> {
    AsyncThrowingStream(bufferingPolicy: .bufferingNewest(1)) { continuation in
      let task = Task {
        do {
          for await _ in changes() {
            let progress = try await progress(of: id)
            continuation.yield(progress)
            if progress.film.state.isEnded { break }
          }
          continuation.finish()
        } catch {
          continuation.finish(throwing: error)
        }
      }
      continuation.onTermination = { _ in task.cancel() }
    }
  }
}
