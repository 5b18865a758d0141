import Foundation
import Storage
import Synchronization
import Testing

@testable import Jobs

@Suite struct RenderQueueTests {
  @Test("a worker goes on along its scene, and another begins at another scene's beginning")
  func following() async throws {
    let stage = try QueueStage()
    var film = NewFilm.test("a", parts: ["s1", "s2", "s3", "t1", "t2"])
    for (index, next) in [0: "s2", 1: "s3", 3: "t2"] { film.parts[index].nextKey = next }
    _ = try await stage.add(film)
    var one = try #require(try await stage.queue.claim(owner: "one")).job
    var two = try #require(try await stage.queue.claim(owner: "two")).job
    #expect(one.key == "s1" && two.key == "t1")
    two = try #require(try await stage.queue.claim(owner: "two", after: two)).job
    one = try #require(try await stage.queue.claim(owner: "one", after: one)).job
    #expect(one.key == "s2" && two.key == "t2")
    // Nothing else is left to begin with: what follows another worker's segment is better than nothing.
    #expect(try await stage.queue.claim(owner: "two", after: two)?.job.key == "s3")
    // What is more urgent goes first.
    _ = try await stage.add(.test("b", parts: ["s4"], priority: 0))
    one.nextKey = "s3"
    #expect(try await stage.queue.claim(owner: "one", after: one)?.job.key == "s4")
  }

  @Test("segments go before the film, and the film is queued by the last of them")
  func dependencies() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1", "s2"]))
    #expect(film.state == .blocked)
    for _ in 0..<2 {
      #expect(try await stage.queue.job(film.id).state == .blocked)
      let lease = try #require(try await stage.queue.claim(owner: "w"))
      #expect(lease.job.kind == .segment)
      try await stage.queue.finish(lease, result: "{}", elapsedMS: 10)
    }
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    #expect(lease.job.id == film.id)
    try await stage.queue.finish(lease, result: "{}", withWarnings: true)
    let ended = try await stage.queue.job(film.id)
    #expect(ended.state == .doneWithWarnings)
    #expect(ended.endedMS == stage.clock.now)
    #expect(try await stage.queue.claim(owner: "w") == nil)
  }

  @Test("a preview goes before a film that was there earlier")
  func priority() async throws {
    let stage = try QueueStage()
    _ = try await stage.add(.test("late", parts: []))
    _ = try await stage.add(.test("soon", parts: [], priority: JobPriority.preview))
    #expect(try await stage.queue.claim(owner: "w")?.job.label == "soon")
    #expect(try await stage.queue.claim(owner: "w")?.job.label == "late")
  }

  @Test("two films that want the same segment share one job")
  func sharing() async throws {
    let stage = try QueueStage()
    let a = try await stage.add(.test("a", parts: ["s1", "s2"]))
    let b = try await stage.add(.test("b", parts: ["s2", "s3"], priority: 5))
    #expect(try await stage.queue.list(kinds: [.segment]).count == 3)
    let shared = try #require(
      try await stage.queue.parts(of: a.id).first { $0.key == "s2" })
    #expect(shared.priority == 5)
    // Cancelling one film leaves what the other needs.
    try await stage.queue.cancel(a.id)
    #expect(try await stage.queue.job(shared.id).state == .queued)
    #expect(try await stage.queue.parts(of: a.id).first { $0.key == "s1" }?.state == .cancelled)
    try await stage.queue.cancel(b.id)
    #expect(try await stage.queue.liveCount() == 0)
  }

  @Test(
    "a stale worker changes nothing: renew, finish, fail and release say that the lease is lost")
  func fence() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: []))
    let stale = try #require(try await stage.queue.claim(owner: "old"))
    stage.clock.advance(milliseconds: 35_000)
    #expect(try await stage.queue.sweep() == 1)
    let fresh = try #require(try await stage.queue.claim(owner: "new"))
    #expect(fresh.fence > stale.fence)
    await #expect(throws: LeaseLost.self) { try await stage.queue.renew(stale) }
    await #expect(throws: LeaseLost.self) { try await stage.queue.finish(stale, result: "{}") }
    await #expect(throws: LeaseLost.self) {
      try await stage.queue.fail(stale, JobFailure(code: "E_IO", message: "", isRetryable: true))
    }
    await #expect(throws: LeaseLost.self) { try await stage.queue.release(stale) }
    #expect(try await stage.queue.lost(among: [stale]).count == 1)
    #expect(try await stage.queue.lost(among: [fresh]).isEmpty)
    let job = try await stage.queue.job(film.id)
    #expect(job.state == .leased && job.owner == "new")
    #expect(job.failures.map(\.code) == ["E_LEASE_LOST"])
  }

  @Test("a renewed lease does not run out, and a clock that is set back takes none away")
  func renewal() async throws {
    let stage = try QueueStage()
    _ = try await stage.add(.test("a", parts: []))
    var lease = try #require(try await stage.queue.claim(owner: "w"))
    for _ in 0..<10 {
      stage.clock.advance(milliseconds: 20_000)
      #expect(try await stage.queue.sweep() == 0)
      lease = try await stage.queue.renew(lease, framesDone: 3)
    }
    stage.clock.jump(milliseconds: -3_600_000)
    #expect(try await stage.queue.sweep() == 0)
    _ = try await stage.queue.renew(lease)
  }

  @Test(
    "only what may be retried is, after 2, 8 and 30 seconds, and the errors of all attempts are kept"
  )
  func retries() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1"]))
    for delay in [2_000, 8_000, 30_000] as [Int64] {
      let lease = try #require(try await stage.queue.claim(owner: "w"))
      let failure = JobFailure(code: "E_IO", message: "no \(delay)", isRetryable: true)
      #expect(try await stage.queue.fail(lease, failure).state == .queued)
      stage.clock.advance(milliseconds: delay - 1)
      #expect(try await stage.queue.claim(owner: "w") == nil)
      stage.clock.advance(milliseconds: 1)
    }
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    let told = Told()
    let failed = try await stage.queue.fail(
      lease, JobFailure(code: "E_DISK_FULL", message: "full", isRetryable: true)
    ) { _, film in told.note(film.id) }
    #expect(failed.state == .failed)
    #expect(failed.failures.map(\.code) == ["E_IO", "E_IO", "E_IO", "E_DISK_FULL"])
    let ended = try await stage.queue.job(film.id)
    #expect(ended.state == .failed)
    #expect(ended.errorMessage == "a: s1: full")
    #expect(told.all == [film.id])
  }

  @Test("an error that may not be retried fails the film at once and cancels its other parts")
  func failure() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1", "s2", "s3"]))
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    try await stage.queue.fail(
      lease, JobFailure(code: "E_MEDIA_DAMAGED", message: "bad", isRetryable: false))
    #expect(try await stage.queue.job(film.id).state == .failed)
    let states = try await stage.queue.parts(of: film.id).map(\.state)
    #expect(states == [.failed, .cancelled, .cancelled])
    let again = try await stage.queue.retry(film.id)
    #expect(again.state == .blocked)
    #expect(again.errorCode == nil)
    #expect(try await stage.queue.parts(of: film.id).map(\.state) == [.queued, .queued, .queued])
  }

  @Test("cancelling takes a lease away at once")
  func cancelling() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1"]))
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    try await stage.queue.cancel(film.id)
    #expect(try await stage.queue.lost(among: [lease]).count == 1)
    #expect(try await stage.queue.job(film.id).state == .cancelled)
    await #expect(throws: QueueError.self) { try await stage.queue.cancel(film.id) }
    await #expect(throws: QueueError.self) { try await stage.queue.cancel("nothing") }
  }

  @Test("a job whose workers die again and again fails with the reason of each attempt")
  func dyingWorkers() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: []))
    for attempt in 1...4 {
      let lease = try #require(try await stage.queue.claim(owner: "w\(attempt)"))
      #expect(lease.job.attempt == attempt)
      #expect(try await stage.queue.releaseAll(ofDead: "w\(attempt)") == 1)
    }
    let job = try await stage.queue.job(film.id)
    #expect(job.state == .failed && job.failures.count == 4 && job.errorCode == "E_LEASE_LOST")
  }

  @Test("two crashes put a file in quarantine: jobs that use it fail and new ones are refused")
  func quarantine() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1"], assets: ["f00d"]))
    let other = try await stage.add(.test("b", parts: ["s2"], assets: ["beef"]))
    #expect(try await !stage.queue.recordCrash(of: "f00d", name: "bad.mp4"))
    #expect(try await stage.queue.job(film.id).state == .blocked)
    #expect(try await stage.queue.recordCrash(of: "f00d", name: "bad.mp4"))
    #expect(try await stage.queue.job(film.id).errorCode == "E_MEDIA_QUARANTINED")
    #expect(try await stage.queue.job(other.id).state == .blocked)
    await #expect(throws: QueueError.self) {
      try await stage.add(.test("c", parts: ["s3"], assets: ["f00d"]))
    }
    #expect(try await stage.queue.releaseAsset("f0").count == 1)
    _ = try await stage.add(.test("c", parts: ["s3"], assets: ["f00d"]))
  }

  @Test("what is paused is not given out: the queue, or one film")
  func pausing() async throws {
    let stage = try QueueStage()
    let a = try await stage.add(.test("a", parts: []))
    _ = try await stage.add(.test("b", parts: []))
    try await stage.queue.pause(a.id)
    #expect(try await stage.queue.claim(owner: "w")?.job.label == "b")
    #expect(try await stage.queue.claim(owner: "w") == nil)
    try await stage.queue.pause()
    try await stage.queue.resume(a.id)
    #expect(try await stage.queue.claim(owner: "w") == nil)
    try await stage.queue.resume()
    #expect(try await stage.queue.claim(owner: "w")?.job.label == "a")
  }

  @Test("progress never goes back, and the time left is learned from what was done")
  func progress() async throws {
    let stage = try QueueStage()
    let first = try await stage.add(.test("a", parts: ["s1", "s2"]))
    #expect(try await stage.queue.progress(of: first.id).etaMS == nil)
    for _ in 0..<2 {
      let lease = try #require(try await stage.queue.claim(owner: "w"))
      try await stage.queue.finish(lease, result: "{}", elapsedMS: 4_000)
    }
    let second = try await stage.add(.test("b", parts: ["s3", "s4"]))
    _ = try await stage.queue.claim(owner: "w")
    var lease = try #require(try await stage.queue.claim(owner: "w"))
    lease = try await stage.queue.renew(lease, framesDone: 50)
    let before = try await stage.queue.progress(of: second.id)
    #expect(abs(before.fraction - 0.2375) < 1e-9)
    #expect(before.etaMS == 3_000)
    try await stage.queue.fail(lease, JobFailure(code: "E_IO", message: "", isRetryable: true))
    #expect(try await stage.queue.progress(of: second.id).fraction == before.fraction)
  }

  @Test("eight claimers on four connections: every job once, never two owners")
  func racing() async throws {
    let stage = try QueueStage()
    for number in 0..<100 { _ = try await stage.add(.test("f\(number)", parts: [])) }
    let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
      for number in 0..<8 {
        let queue = try stage.another()
        group.addTask {
          var mine: [String] = []
          while let lease = try await queue.claim(owner: "w\(number)") {
            mine.append(lease.id)
            try await queue.finish(lease, result: "{}")
          }
          return mine
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    #expect(claimed.count == 100)
    #expect(Set(claimed).count == 100)
  }

  @Test("ended jobs are forgotten after their time, parts after their films")
  func pruning() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1"]))
    try await stage.queue.cancel(film.id)
    #expect(try await stage.queue.prune(endedBefore: stage.clock.now) == 0)
    stage.clock.advance(milliseconds: 1)
    #expect(try await stage.queue.prune(endedBefore: stage.clock.now) == 2)
    #expect(try await stage.queue.counts().isEmpty)
  }
}
