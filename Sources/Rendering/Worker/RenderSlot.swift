internal import Foundation
internal import Storage

/// One place of a worker where a child renders, job after job of the same order in the same process.
///
/// A child that has prepared a document renders its further segments with its decoders open. Another document gets
/// another process.
actor RenderSlot {
  private let options: WorkerOptions
  private let onNetwork: @Sendable () -> Void
  private var session: ChildSession?
  private var order: RenderOrder?

  /// `onNetwork` is called when a child could not leave the network.
  init(options: WorkerOptions, onNetwork: @escaping @Sendable () -> Void) {
    (self.options, self.onNetwork) = (options, onNetwork)
  }

  /// Sees to it that a child stands ready for `order`. Throws `ChildFailure` or `ChildEnd`, and `CancellationError` before
  /// a child is begun in a task that has been cancelled.
  func prepare(_ order: RenderOrder, documentPath: String, watch: ProgressWatch) async throws {
    if self.order == order, session != nil { return }
    await close()
    try Task.checkCancellation()
    let session = ChildSession(executable: options.executable, arguments: options.arguments)
    self.session = session
    let request = ChildRequest.prepare(
      order, documentPath: documentPath, limits: options.limits)
    switch try await session.ask(request, progress: Self.hearing(watch)) {
    case .ready(let hasNetwork):
      self.order = order
      if hasNetwork { onNetwork() }
    case .failed(let failure): throw failure
    default: throw ChildEnd.unstartable("the child gave an answer that nobody asked for")
    }
  }

  /// Sends one request to the prepared child. `mayPublish` is asked before a film gets its name; where it says no, the
  /// child is ended. Throws `ChildFailure` or `ChildEnd`.
  func ask(
    _ request: ChildRequest, watch: ProgressWatch,
    mayPublish: @escaping @Sendable () async -> Bool = { false }
  ) async throws -> ChildReply {
    guard let session else { throw ChildEnd.killed }
    let hear = Self.hearing(watch)
    let reply = try await session.ask(request) { reply in
      guard case .publishing = reply else { return hear(reply) }
      Task {
        if await mayPublish() { await session.tell(.publish) } else { await session.kill() }
      }
    }
    if case .failed(let failure) = reply { throw failure }
    return reply
  }

  /// Ends the child at once.
  func kill() async {
    let session = session
    (self.session, order) = (nil, nil)
    await session?.kill()
  }

  /// Lets the child end, which has nothing to do.
  func close() async {
    let session = session
    (self.session, order) = (nil, nil)
    await session?.close()
  }

  private static func hearing(_ watch: ProgressWatch) -> @Sendable (ChildReply) -> Void {
    { reply in
      guard case .progress(let done, let total, let checks, let phase) = reply else { return }
      watch.hear(done: done, total: total, checks: checks, phase: phase)
    }
  }

  /// Decodes `path` in a process of its own, with the limits of a render; true when that crashes it. One that gets stuck
  /// is ended and is no crash.
  func crashes(on path: String) async -> Bool {
    let session = ChildSession(executable: options.executable, arguments: options.arguments)
    let watch = ProgressWatch(patience: options.patience)
    let guarding = Task { [heartbeat = options.heartbeat] in
      while (try? await Task.sleep(for: heartbeat)) != nil {
        if watch.stall() != nil { await session.kill() }
      }
    }
    defer {
      guarding.cancel()
      Task { await session.kill() }
    }
    do {
      let request = ChildRequest.decode(path: path, limits: options.limits)
      _ = try await session.ask(request, progress: Self.hearing(watch))
      return false
    } catch let end as ChildEnd {
      return end.isCrash
    } catch { return false }
  }
}
