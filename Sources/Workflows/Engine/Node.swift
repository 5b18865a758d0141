internal import Storage

/// A process that executes functions: the tasks that look for work, for as long as it runs.
struct Node: Sendable {
  let core: EngineCore

  private var scheduler: Scheduler { Scheduler(core: core) }

  func run() async throws {
    try await scheduler.register()
    core.isRunning = true
    core.bell.ring()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await watching { try await work() } }
      group.addTask { await watching { try await keepTime() } }
      group.addTask { await watching { try await listen() } }
      group.addTask { await watching { try await keepUp() } }
      // The first to end is the end of all: the task was cancelled, or the database failed.
      await group.next()
      group.cancelAll()
      core.bell.close()
    }
    try await end()
  }

  /// Does the work again where it failed for a while only: a full disk, a database kept locked.
  private func watching(_ work: () async throws -> Void) async {
    while true {
      do {
        return try await work()
      } catch let error as StorageError where error.isTransient {
        try? await core.clock.sleep(milliseconds: 500)
      } catch is CancellationError {
        return
      } catch {
        return core.fail(error)
      }
    }
  }

  /// Lets steps in flight end, and gives back the runs.
  private func end() async throws {
    core.isRunning = false
    core.live.close()
    for live in core.live.all { live.drain() }
    await core.live.empty()
    if let failure = core.failure { throw failure }
    try await scheduler.unregister()
  }

  /// Takes runs whenever the bell rings.
  private func work() async throws {
    while !Task.isCancelled, core.failure == nil {
      while try await scheduler.claim() {}
      await withTaskCancellationHandler {
        await core.bell.wait()
      } onCancel: {
        core.bell.close()
      }
    }
  }

  /// Rings when something's time has come. Naps are short, because somebody may set the clock.
  private func keepTime() async throws {
    while true {
      let now = core.clock.now
      let next = core.timers.next ?? .max
      if next <= now {
        core.timers.lower(to: nil)
        core.bell.ring()
      }
      let nap = next <= now ? 10 : min(next - now, Self.longestNap)
      try await core.clock.sleep(milliseconds: nap)
    }
  }

  private static let longestNap: Int64 = 100

  /// Looks for what other processes have committed, and now and then without having been told.
  private func listen() async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      let hints = Bell()
      group.addTask {
        for await _ in core.database.commits() { hints.ring() }
      }
      group.addTask {
        while true {
          try await core.clock.sleep(milliseconds: 250)
          hints.ring()
        }
      }
      group.addTask {
        while !Task.isCancelled {
          await withTaskCancellationHandler {
            await hints.wait()
          } onCancel: {
            hints.close()
          }
          try Task.checkCancellation()
          if try await scheduler.hasWork() { core.bell.ring() }
          try await scheduler.lookAround()
        }
      }
      try await group.next()
      group.cancelAll()
    }
  }

  /// The lease, dead nodes, steps that take long, old records.
  private func keepUp() async throws {
    var upkeep = Upkeep(scheduler: scheduler)
    while true {
      try await core.clock.sleep(milliseconds: Upkeep.interval)
      try await upkeep.tick()
    }
  }
}

/// What a node does every few seconds.
struct Upkeep {
  static let interval: Int64 = 500

  let scheduler: Scheduler
  private var ticks = 0
  /// Nodes seen with a lease that had run out, and at which tick first.
  private var silent: [String: (lease: Int64, since: Int)] = [:]

  init(scheduler: Scheduler) { self.scheduler = scheduler }

  mutating func tick() async throws {
    ticks += 1
    try await scheduler.showSlowSteps()
    let settings = scheduler.core.settings
    if ticks % Self.ticks(settings.leaseRenewal) == 0 {
      try await scheduler.renewLease()
    }
    try await findDead(Self.ticks(settings.leaseRenewal))
    if ticks % 120 == 0 {
      try await scheduler.dropLost()
      while try await scheduler.deleteOld() {}
      while try await scheduler.core.commit({ try $0.forgetOldRates() }) {}
    }
  }

  private static func ticks(_ duration: Duration) -> Int {
    Int(max(1, duration.milliseconds / interval))
  }

  /// A node is dead when its lease has run out and it has not renewed it for longer than a living one would have taken,
  /// by this node's own time: otherwise a clock set forward would make all nodes dead at once.
  private mutating func findDead(_ patience: Int) async throws {
    let found = try await scheduler.silentNodes()
    silent = silent.filter { found[$0.key] == $0.value.lease }
    for (id, lease) in found where silent[id] == nil { silent[id] = (lease, ticks) }
    let dead = silent.filter { ticks - $0.value.since > patience }
    if dead.isEmpty { return }
    try await scheduler.takeOver(dead.mapValues(\.lease))
    for id in dead.keys { silent.removeValue(forKey: id) }
  }
}
