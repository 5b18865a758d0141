import Storage
import Testing

@testable import Jobs

/// What can be done with a film in each state, and what becomes of it.
@Suite struct JobStateTests {
  enum Operation: String, CaseIterable, Sendable {
    case claim, renew, finish, finishWithWarnings, failToRetry, failForGood, release
    case cancel, retry, pause, resume, sweep, sweepLate, claimLate, releaseDead
  }

  enum Outcome: Equatable, Sendable {
    case becomes(JobState)
    /// `LeaseLost`, or a claim that gets nothing; the job is as it was.
    case notMine
    /// `QueueError`; the job is as it was.
    case refused
  }

  static let table: [JobState: [Operation: Outcome]] = [
    .blocked: [.cancel: .becomes(.cancelled), .retry: .refused],
    .queued: [
      .claim: .becomes(.leased), .claimLate: .becomes(.leased), .cancel: .becomes(.cancelled),
      .retry: .refused,
    ],
    .leased: [
      .renew: .becomes(.leased), .finish: .becomes(.done),
      .finishWithWarnings: .becomes(.doneWithWarnings), .failToRetry: .becomes(.queued),
      .failForGood: .becomes(.failed), .release: .becomes(.queued), .cancel: .becomes(.cancelled),
      .retry: .refused, .sweepLate: .becomes(.queued), .claimLate: .becomes(.leased),
      .releaseDead: .becomes(.queued),
    ],
    .done: [.cancel: .refused, .retry: .refused, .pause: .refused, .resume: .refused],
    .doneWithWarnings: [.cancel: .refused, .retry: .refused, .pause: .refused, .resume: .refused],
    .failed: [
      .cancel: .refused, .retry: .becomes(.queued), .pause: .refused, .resume: .refused,
    ],
    .cancelled: [
      .cancel: .refused, .retry: .becomes(.queued), .pause: .refused, .resume: .refused,
    ],
  ]

  /// What the table leaves out: words of a worker are not heard, and nothing else changes anything.
  static func expected(_ state: JobState, _ operation: Operation) -> Outcome {
    if let outcome = table[state]?[operation] { return outcome }
    switch operation {
    case .claim, .claimLate, .renew, .finish, .finishWithWarnings, .failToRetry, .failForGood,
      .release:
      return .notMine
    case .cancel, .retry, .pause, .resume, .sweep, .sweepLate, .releaseDead: return .becomes(state)
    }
  }

  @Test(
    "every operation in every state", arguments: JobState.allCases, Operation.allCases)
  func step(state: JobState, operation: Operation) async throws {
    let stage = try QueueStage()
    let lease = try await stage.film(in: state)
    let before = try await stage.queue.job(lease.id)
    #expect(before.state == state)
    let outcome = try await perform(operation, stage, lease)
    let after = try await stage.queue.job(lease.id)
    let expected = Self.expected(state, operation)
    switch expected {
    case .becomes(let wanted):
      #expect(outcome == nil)
      #expect(after.state == wanted)
    case .notMine, .refused:
      #expect(outcome == expected)
      #expect(after.state == state && after.fence == before.fence && after.owner == before.owner)
    }
    if before.state == .leased, after.state != .leased, !after.state.isSuccess {
      #expect(after.fence > before.fence, "its worker has to notice")
    }
    #expect(try await stage.database.faults().isEmpty)
  }

  /// Nil where it went through.
  private func perform(
    _ operation: Operation, _ stage: QueueStage, _ lease: Lease
  ) async throws -> Outcome? {
    do {
      return try await attempt(operation, stage, lease) ? nil : .notMine
    } catch is LeaseLost {
      return .notMine
    } catch is QueueError {
      return .refused
    }
  }

  private func attempt(
    _ operation: Operation, _ stage: QueueStage, _ lease: Lease
  ) async throws -> Bool {
    let queue = stage.queue
    switch operation {
    case .claim: return try await queue.claim(owner: "new", kinds: [.film]) != nil
    case .claimLate:
      stage.clock.advance(milliseconds: queue.leaseMS + queue.graceMS)
      return try await queue.claim(owner: "new", kinds: [.film])?.owner == "new"
    case .renew: try await queue.renew(lease, framesDone: 1)
    case .finish: try await queue.finish(lease, result: "{}")
    case .finishWithWarnings: try await queue.finish(lease, result: "{}", withWarnings: true)
    case .failToRetry: try await queue.fail(lease, .test("E_IO", isRetryable: true))
    case .failForGood: try await queue.fail(lease, .test("E_MEDIA", isRetryable: false))
    case .release: try await queue.release(lease)
    case .cancel: try await queue.cancel(lease.id)
    case .retry: try await queue.retry(lease.id)
    case .pause: try await queue.pause(lease.id)
    case .resume: try await queue.resume(lease.id)
    case .sweep: try await queue.sweep()
    case .sweepLate:
      stage.clock.advance(milliseconds: queue.leaseMS + queue.graceMS)
      try await queue.sweep()
    case .releaseDead: try await queue.releaseAll(ofDead: "w")
    }
    return true
  }
}

extension QueueStage {
  /// A film in `state`, with the lease by which it came there, or one that nobody gave.
  fileprivate func film(in state: JobState) async throws -> Lease {
    let parts = state == .blocked ? ["s1"] : []
    let film = try await add(.test("a", parts: parts))
    if state == .blocked || state == .queued {
      return Lease(job: film, owner: "w", fence: 1, until: clock.now + 30_000)
    }
    let lease = try #require(try await queue.claim(owner: "w"))
    switch state {
    case .blocked, .queued, .leased: break
    case .done: try await queue.finish(lease, result: "{}")
    case .doneWithWarnings: try await queue.finish(lease, result: "{}", withWarnings: true)
    case .failed: try await queue.fail(lease, .test("E_MEDIA", isRetryable: false))
    case .cancelled: try await queue.cancel(film.id)
    }
    return lease
  }
}
