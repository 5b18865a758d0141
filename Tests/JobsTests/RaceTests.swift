import Storage
import Testing

@testable import Jobs

/// Several connections to one file, as several processes have them. `queue-bench` does the same with processes.
@Suite struct RaceTests {
  @Test(
    "workers that fail, give up, die and come back late: every job is finished by the one who has it, once"
  )
  func chaos() async throws {
    let stage = try QueueStage()
    for number in 0..<24 {
      var film = NewFilm.test("\(number)", parts: ["\(number)-1", "\(number)-2", "common"])
      film.maxAttempts = 1_000
      _ = try await stage.add(film)
    }
    let accepted = try await withThrowingTaskGroup(of: [String].self) { group in
      for number in 0..<4 {
        var queue = try stage.another()
        queue.retryDelaysMS = [0]
        group.addTask { [queue] in try await Self.work(number, queue, stage.clock) }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    let jobs = try await stage.queue.list(kinds: Set(JobKind.allCases), limit: 1_000)
    #expect(jobs.count == 24 * 3 + 1)
    #expect(jobs.allSatisfy { $0.state == .done })
    #expect(accepted.count == jobs.count && Set(accepted).count == jobs.count)
    for job in jobs {
      #expect(job.failures.count < job.attempt && job.framesDone == job.frames)
      #expect(job.result?.contains("\"fence\":\(job.fence)") == true, "the last holder's word")
    }
  }

  /// Gives the jobs whose end was accepted.
  private static func work(
    _ number: Int, _ queue: RenderQueue, _ clock: VirtualClock
  ) async throws -> [String] {
    var accepted: [String] = []
    var held: [Lease] = []
    var step = number
    while try await queue.liveCount() > 0 {
      step += 1
      if held.count < 3, let lease = try await queue.claim(owner: "w\(number)") {
        held.append(lease)
      }
      guard let lease = held.randomElement() else {
        clock.advance(milliseconds: 500)
        continue
      }
      do {
        switch step % 20 {
        case 0, 7: try await queue.fail(lease, .test("E_IO", isRetryable: true))
        case 1, 8: try await queue.release(lease)
        case 2:
          // Somebody takes this one for dead, though it goes on.
          try await queue.releaseAll(ofDead: "w\(number)")
          continue
        case 3:
          clock.advance(milliseconds: 36_000)
          try await queue.sweep()
          continue
        default:
          try await queue.finish(lease, result: #"{"fence":\#(lease.fence)}"#)
          accepted.append(lease.id)
        }
      } catch is LeaseLost {}
      held.removeAll { $0.id == lease.id && $0.fence == lease.fence }
    }
    return accepted
  }

  @Test(
    "films that want the same parts, added at the same time over several connections, share them")
  func adding() async throws {
    let stage = try QueueStage()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for number in 0..<4 {
        let queue = try stage.another()
        group.addTask {
          for film in 0..<10 {
            _ = try await queue.add(.test("\(number)-\(film)", parts: ["s1", "s2", "s3"]))
          }
        }
      }
      try await group.waitForAll()
    }
    #expect(try await stage.queue.list(kinds: [.segment]).count == 3)
    while let lease = try await stage.queue.claim(owner: "w") {
      try await stage.queue.finish(lease, result: "{}")
    }
    #expect(try await stage.queue.counts() == [.done: 43])
  }

  @Test(
    "a job that is cancelled and finished at the same moment ends one way, and both are told which")
  func cancelling() async throws {
    let stage = try QueueStage()
    let other = try stage.another()
    for round in 0..<60 {
      let film = try await stage.add(.test("\(round)", parts: []))
      let lease = try #require(try await stage.queue.claim(owner: "w"))
      async let cancelled = Self.goesThrough { try await other.cancel(film.id) }
      let finished = try await Self.goesThrough {
        try await stage.queue.finish(lease, result: "{}")
      }
      #expect(try await cancelled != finished)
      #expect(try await stage.queue.job(film.id).state == (finished ? .done : .cancelled))
    }
  }

  private static func goesThrough<Value>(_ body: () async throws -> Value) async throws -> Bool {
    do {
      _ = try await body()
      return true
    } catch is LeaseLost {
      return false
    } catch is QueueError {
      return false
    }
  }
}
