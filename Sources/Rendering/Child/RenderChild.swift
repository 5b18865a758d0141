internal import Compositing
internal import Dispatch
internal import Foundation
internal import Media
internal import SceneDocument
internal import Synchronization

/// The process that renders for a worker: it does what it is asked on its standard input, and nothing outlives it.
///
/// It limits itself before it opens a file. A file that brings it down brings down nothing else.
public final class RenderChild: Sendable {
  private let io = LineIO()
  private let interrupt = Interrupt()
  private let requests = Mutex<[ChildRequest]>([])
  private let bell = DispatchSemaphore(value: 0)
  private let permission = Permission()
  private let film = Mutex<Task<RenderResult, any Error>?>(nil)
  private let state = Mutex(Shown())
  private let hasNetwork: Bool
  private let explain: @Sendable (any Error) -> ChildFailure

  private struct Shown {
    var done = 0
    var total = 0
    var phase = "rendering"
    var isBusy = false
  }

  /// Leaves the machine's network, so make it before the process has a second thread. `explain` says what an error
  /// means to the one who wants the film.
  public init(explain: @escaping @Sendable (any Error) -> ChildFailure) {
    self.explain = explain
    hasNetwork = !HostProcess.leaveNetwork()
  }

  /// Works until the input ends; never returns.
  public func run() -> Never {
    HostProcess.refuseCoreFile()
    signal(SIGPIPE, SIG_IGN)
    // These may reach the whole group or terminal; the worker decides what becomes of its children.
    for number in [SIGINT, SIGTERM, SIGHUP, SIGQUIT] { signal(number, SIG_IGN) }
    let worker = Thread { self.work() }
    worker.stackSize = 8 << 20
    worker.start()
    Thread { self.showLife() }.start()
    io.listen { request in
      switch request {
      case .cancel: film.withLock { $0?.cancel() }
      case .publish: permission.give()
      default:
        requests.withLock { $0.append(request) }
        bell.signal()
      }
    }
    HostProcess.vanish(0)
  }

  /// Twice a second, so that the worker can tell slow from stuck.
  private func showLife() {
    while true {
      Thread.sleep(forTimeInterval: 0.5)
      let shown = state.withLock { $0 }
      if shown.isBusy { tell(shown) }
    }
  }

  private func tell(_ shown: Shown) {
    io.say(
      .progress(
        done: shown.done, total: shown.total, checks: interrupt.checks, phase: shown.phase))
  }

  // MARK: Work, all on one thread

  private func work() {
    var bench: Bench?
    while true {
      bell.wait()
      guard let request = requests.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) else {
        continue
      }
      state.withLock { $0 = Shown(isBusy: true) }
      let reply: ChildReply
      do {
        reply = try answer(request, &bench)
      } catch {
        reply = .failed(explain(error))
      }
      state.withLock { $0.isBusy = false }
      io.say(reply)
    }
  }

  private func answer(_ request: ChildRequest, _ bench: inout Bench?) throws -> ChildReply {
    switch request {
    case .prepare(let order, let documentPath, let limits):
      apply(limits)
      let prepared = try waiting {
        try await PreparedOrder(order, documentPath: documentPath, limits: limits)
      }
      bench = try Bench(prepared, interrupt: interrupt)
      return .ready(hasNetwork: hasNetwork)
    case .segment(let key):
      let bench = try ready(bench)
      let segment = try bench.segment(key) { self.advance($0) }
      return .segment(path: segment.path, frames: segment.frames, bytes: segment.bytes)
    case .sound(let key): return .sound(path: try ready(bench).sound(key))
    case .film(let places, let jobs): return try render(ready(bench).prepared, places, jobs)
    case .decode(let path, let limits):
      apply(limits)
      if limits.processorSeconds > 0 { _ = HostProcess.limitProcessorTime(limits.processorSeconds) }
      try Triage.decode(path, interrupt: interrupt)
      return .decoded
    case .publish, .cancel:
      return .decoded
    }
  }

  private func ready(_ bench: Bench?) throws -> Bench {
    if let bench { return bench }
    throw ChildFailure(
      code: "E_INTERNAL", message: "the child was asked to render before it had a document",
      isRetryable: true)
  }

  private func apply(_ limits: ChildLimits) {
    if limits.isNice { HostProcess.lowerPriority() }
    if limits.memory > 0 { _ = HostProcess.limitMemory(limits.memory) }
    if limits.fileSize > 0 { _ = HostProcess.limitFileSize(limits.fileSize) }
  }

  private func advance(_ frames: Int) { state.withLock { $0.done += frames } }

  private func render(
    _ prepared: PreparedOrder, _ places: [String: String], _ jobs: Int
  ) throws -> ChildReply {
    prepared.allowTime(frames: prepared.frames)
    permission.takeBack()
    var options = RenderOptions(
      outputPath: "", cacheFolder: prepared.order.cacheFolder, jobs: jobs)
    options.interrupt = interrupt
    options.beforePublishing = { [io, permission] in
      try prepared.expectUnchangedFiles()
      io.say(.publishing)
      await permission.wait()
    }
    let renderer = FilmRenderer(try prepared.variants(places), options: options)
    let task = Task {
      try await renderer.render { progress in
        self.state.withLock { shown in
          (shown.done, shown.total) = (progress.framesDone, progress.framesTotal)
          shown.phase = progress.state.rawValue
        }
      }
    }
    film.withLock { $0 = task }
    let result = try waiting { try await task.value }
    return .film(
      result: result.json.compactText, warnings: result.state == .doneWithWarnings,
      outputs: result.outputs.map {
        ChildFilm(
          variant: $0.variant, path: $0.path, sha256: $0.sha256, bytes: $0.bytes, frames: $0.frames)
      })
  }
}

/// A prepared order and what renders parts of it, on one thread.
private final class Bench {
  let prepared: PreparedOrder
  private let workshop: SegmentWorkshop

  init(_ prepared: PreparedOrder, interrupt: Interrupt) throws {
    self.prepared = prepared
    let cache = try SegmentCache(folder: prepared.order.cacheFolder)
    workshop = try SegmentWorkshop(
      prepared.variants(), cache: cache, interrupt: interrupt)
  }

  func segment(_ key: String, progress: (Int) -> Void) throws -> SegmentWorkshop.Segment {
    prepared.allowTime(frames: prepared.frames)
    guard let segment = try workshop.render(key: key, progress: progress) else {
      throw prepared.changed()
    }
    // What was drawn of a file that changed meanwhile must not be kept under the old file's key.
    do {
      try prepared.expectUnchangedFiles()
    } catch {
      workshop.forget(key: key)
      throw error
    }
    return segment
  }

  func sound(_ key: String) throws -> String {
    prepared.allowTime(frames: prepared.frames)
    guard let path = try workshop.mixSound(key: key) else { throw prepared.changed() }
    return path
  }
}

/// A worker's word that a film may be published, waited for by the render.
private final class Permission: Sendable {
  private struct State {
    var isGiven = false
    var waiting: CheckedContinuation<Void, Never>?
  }
  private let state = Mutex(State())

  func takeBack() { state.withLock { $0.isGiven = false } }

  func give() {
    let waiting = state.withLock { state in
      state.isGiven = true
      defer { state.waiting = nil }
      return state.waiting
    }
    waiting?.resume()
  }

  func wait() async {
    await withCheckedContinuation { continuation in
      let isGiven = state.withLock { state in
        if !state.isGiven { state.waiting = continuation }
        return state.isGiven
      }
      if isGiven { continuation.resume() }
    }
  }
}
