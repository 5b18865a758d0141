import Foundation
import Jobs
import Storage

/// Forces the race that a fence is for: a worker that lost its lease says its word at the same time as the one that
/// has it now. Each has connections of its own.
struct RaceBench {
  private let rounds: Int
  private let folder: String
  private let clock = VirtualClock()

  init(_ arguments: Arguments) throws {
    rounds = max(1, arguments.number("rounds", 10_000))
    folder = try temporaryFolder(arguments)
  }

  private struct Tally {
    var lateWords = 0
    var accepted = 0
    var contested = 0
    var faults: [String] = []

    mutating func count(_ isAccepted: Bool) {
      lateWords += 1
      if isAccepted { accepted += 1 }
    }
  }

  func run() async throws -> Bool {
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (stale, fresh) = (try open(), try open())
    var tally = Tally()
    let began = ContinuousClock.now
    for round in 0..<rounds { try await race(round, stale, fresh, &tally) }
    let seconds = (ContinuousClock.now - began) / .seconds(1)
    try printJSON([
      "bench": "races", "rounds": rounds, "late_words": tally.lateWords,
      "contested": tally.contested, "accepted": tally.accepted,
      "seconds": (seconds * 100).rounded() / 100,
      "faults": Array(tally.faults.prefix(10)),
    ])
    return tally.accepted == 0 && tally.faults.isEmpty
  }

  private func open() throws -> RenderQueue {
    RenderQueue(
      database: try SQLiteDatabase(
        path: folder + "/queue.db", migrations: [RenderQueue.migrations]), clock: clock)
  }

  /// How the old worker loses its lease.
  private enum Loss: CaseIterable { case runsOut, isSwept, workerIsDead, isCancelled }

  private func race(
    _ round: Int, _ stale: RenderQueue, _ fresh: RenderQueue, _ tally: inout Tally
  ) async throws {
    let film = try await fresh.add(
      NewFilm(label: "\(round)", payload: "{}", frames: 10, weight: 1, assets: [], parts: []))
    guard let old = try await stale.claim(owner: "stale") else {
      tally.faults.append("round \(round): nothing to claim")
      return
    }
    let loss = Loss.allCases[round % Loss.allCases.count]
    try await lose(loss, film, fresh)
    // Half of the late words come while the job is being given to the other, half when it is being finished.
    if round / Loss.allCases.count % 2 == 0 {
      async let late = accepts(stale, old, round)
      let lease = try await fresh.claim(owner: "fresh")
      let isLate = try await late
      if loss == .runsOut {
        try await settle(round, old, stale, lease, fresh, isLate, &tally)
      } else {
        tally.count(isLate)
        if let lease { try await fresh.finish(lease, result: Self.result("fresh")) }
      }
    } else if let lease = try await fresh.claim(owner: "fresh") {
      async let late = accepts(stale, old, round)
      try await fresh.finish(lease, result: Self.result("fresh"))
      tally.count(try await late)
    }
    try await check(round, film, fresh, &tally)
  }

  private func lose(_ loss: Loss, _ film: RenderJob, _ fresh: RenderQueue) async throws {
    switch loss {
    case .runsOut: clock.advance(milliseconds: fresh.leaseMS + fresh.graceMS)
    case .isSwept:
      clock.advance(milliseconds: fresh.leaseMS + fresh.graceMS)
      try await fresh.sweep()
    case .workerIsDead: try await fresh.releaseAll(ofDead: "stale")
    case .isCancelled:
      try await fresh.cancel(film.id)
      try await fresh.retry(film.id)
    }
  }

  /// A lease that has run out is its owner's until somebody takes it: just one of the two has won.
  private func settle(
    _ round: Int, _ old: Lease, _ stale: RenderQueue, _ lease: Lease?, _ fresh: RenderQueue,
    _ isLate: Bool, _ tally: inout Tally
  ) async throws {
    tally.contested += 1
    if isLate == (lease != nil) {
      tally.accepted += isLate ? 1 : 0
      tally.faults.append("round \(round): \(isLate ? "both" : "neither") has the job")
    }
    if let lease {
      try await fresh.finish(lease, result: Self.result("fresh"))
    } else if round % 3 == 2 {
      try await stale.finish(old, result: Self.result("stale, in time"))
    }
  }

  /// Whether the queue takes the stale worker's word.
  private func accepts(_ queue: RenderQueue, _ lease: Lease, _ round: Int) async throws -> Bool {
    do {
      switch round % 3 {
      case 0: try await queue.finish(lease, result: Self.result("stale"))
      case 1:
        try await queue.fail(lease, JobFailure(code: "E_IO", message: "late", isRetryable: false))
      default: try await queue.renew(lease, framesDone: 10)
      }
      return true
    } catch is LeaseLost {
      return false
    }
  }

  private func check(
    _ round: Int, _ film: RenderJob, _ fresh: RenderQueue, _ tally: inout Tally
  ) async throws {
    let job = try await fresh.job(film.id)
    let isContested =
      Loss.allCases[round % Loss.allCases.count] == .runsOut && round / Loss.allCases.count % 2 == 0
    if job.state == .done, job.result == Self.result("fresh") { return }
    if isContested, job.state.isEnded { return }
    tally.faults.append("round \(round): \(job.state.rawValue), \(job.result ?? "no result")")
  }

  private static func result(_ name: String) -> String { "{\"by\":\"\(name)\"}" }
}
