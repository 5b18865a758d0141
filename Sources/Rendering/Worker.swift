internal import Foundation
public import Jobs
public import Storage

/// Takes jobs from the queue and renders each in a child process, several at a time.
///
/// Nothing of it has to be believed: a job is the worker's as long as its lease holds, which is asked again before a
/// film gets its name and in the transaction that ends the job. A worker that dies loses its leases and nothing
/// else. Any number of workers, in any number of processes, share one queue.
public actor Worker {
  /// Machine, process and a part that no other worker has.
  public nonisolated let id: String
  private let host: String
  private let database: any Database
  private let tools: WorkerTools
  private let presence: ProcessPresence
  private var running: [String: Held] = [:]
  private var sleepers: [Int: Task<Void, Never>] = [:]
  private var isDraining = false
  private var isStopped = false
  private var summary = Summary()
  private var toldOfNetwork = false

  private struct Held {
    var lease: Lease
    var task: Task<JobRun.Outcome, Never>
  }

  /// Jobs that this worker has ended.
  public struct Summary: Sendable, Equatable {
    public var done = 0
    /// For good, not to be tried again.
    public var failed = 0
  }

  /// `finished` writes in the transaction that ends a film, for those that wait for it.
  public init(
    database: any Database, assets: any AssetStore, clock: any NodeClock = SystemClock(),
    options: WorkerOptions,
    finished: @escaping @Sendable (any Connection, RenderJob) throws -> Void = { _, _ in },
    report: @escaping @Sendable (WorkerNews) -> Void
  ) throws {
    host = String(ProcessInfo.processInfo.hostName.prefix { $0 != "." && $0 != "/" })
    id = "\(host)-\(ProcessInfo.processInfo.processIdentifier)-\(ULID.make(at: clock.now))"
    self.database = database
    var queue = RenderQueue(database: database, clock: clock)
    if let delays = options.retryDelaysMS { queue.retryDelaysMS = delays }
    if let lease = options.leaseMS { queue.leaseMS = lease }
    tools = WorkerTools(
      queue: queue, assets: assets, options: options,
      finished: finished, report: report)
    presence = try ProcessPresence(folder: options.folder + "/workers", id: id)
  }

  /// Works until it is told to end, or with `untilEmpty` until nothing is left to do.
  public func run() async throws -> Summary {
    tools.report(.began(id: id, jobs: tools.options.jobs))
    await lookAround()
    let looking = Task { await self.keepLooking() }
    let listening = Task {
      for await _ in self.database.commits() { await self.heardOfCommit() }
    }
    await withTaskGroup(of: Void.self) { group in
      for number in 0..<tools.options.jobs { group.addTask { await self.serve(number) } }
    }
    looking.cancel()
    listening.cancel()
    await looking.value
    try? await tools.queue.forget(worker: id)
    presence.end()
    tools.report(.ended(done: summary.done, failed: summary.failed))
    return summary
  }

  /// Takes no more jobs; `run` returns when those under way have ended.
  public func drain() {
    guard !isDraining else { return }
    isDraining = true
    tools.report(.draining(running: running.count))
    wake()
  }

  /// Gives the jobs under way back to the queue and ends.
  public func stop() {
    isDraining = true
    isStopped = true
    for held in running.values { held.task.cancel() }
    wake()
  }

  // MARK: Slots

  private func serve(_ number: Int) async {
    let slot = RenderSlot(options: tools.options) { [weak self] in
      Task { await self?.tellOfNetwork() }
    }
    var last: RenderJob?
    var worked = ContinuousClock.now
    while !isDraining {
      do {
        if let lease = try await tools.queue.claim(owner: id, after: last) {
          last = lease.job
          await work(on: lease, in: slot)
          worked = .now
        } else if try await isDone() {
          break
        } else {
          if ContinuousClock.now - worked > tools.options.idle { await slot.close() }
          await rest(number)
        }
      } catch {
        tell(of: error)
        await rest(number)
      }
    }
    await slot.close()
  }

  private func work(on lease: Lease, in slot: RenderSlot) async {
    tools.report(.started(label: lease.job.label, attempt: lease.job.attempt))
    let run = JobRun(lease, tools: tools, slot: slot)
    let task = Task { await run.run() }
    running[lease.id] = Held(lease: lease, task: task)
    if isStopped { task.cancel() }
    let outcome = await task.value
    running[lease.id] = nil
    switch outcome {
    case .done: summary.done += 1
    case .failed(let isRetried): if !isRetried { summary.failed += 1 }
    case .lost:
      if isStopped, (try? await tools.queue.release(lease)) != nil { return }
      tools.report(.lost(label: lease.job.label))
    }
  }

  /// With `untilEmpty`: nothing is left that this or another worker is to do.
  private func isDone() async throws -> Bool {
    guard tools.options.untilEmpty else { return false }
    return try await tools.queue.liveCount() == 0
  }

  private func rest(_ number: Int) async {
    guard !isDraining else { return }
    let sleep = Task { [poll = tools.options.poll] in _ = try? await Task.sleep(for: poll) }
    sleepers[number] = sleep
    await sleep.value
    sleepers[number] = nil
  }

  private func wake() {
    for sleeper in sleepers.values { sleeper.cancel() }
  }

  // MARK: The others

  /// Somebody has changed something: there may be work, or none any more.
  private func heardOfCommit() async {
    if !running.isEmpty,
      let lost = try? await tools.queue.lost(among: running.values.map(\.lease))
    {
      for lease in lost { running[lease.id]?.task.cancel() }
    }
    wake()
  }

  private func keepLooking() async {
    while (try? await Task.sleep(for: .seconds(2))) != nil { await lookAround() }
  }

  /// Shows that this worker is there, takes back what dead ones had and forgets what ended long ago.
  private func lookAround() async {
    do {
      try await tools.queue.see(
        worker: id, host: host, pid: Int(ProcessInfo.processInfo.processIdentifier),
        slots: tools.options.jobs)
      for dead in presence.takeDead(host: host) {
        try await tools.queue.releaseAll(ofDead: dead, also: tools.finished)
      }
      try await tools.queue.sweep(also: tools.finished)
      try await tools.queue.prune()
    } catch {
      tell(of: error)
    }
  }

  /// Being told to end is no trouble, however deep below it was met.
  private func tell(of error: any Error) {
    if error is CancellationError || Task.isCancelled { return }
    tools.report(.trouble("\(error)"))
  }

  private func tellOfNetwork() {
    guard !toldOfNetwork else { return }
    toldOfNetwork = true
    tools.report(.hasNetwork)
  }
}
