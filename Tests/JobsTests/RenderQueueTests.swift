import Foundation
import Jobs
import Storage
import Synchronization
import Testing

@Suite struct RenderQueueTests {
  @Test("segments go before the film, and the film is queued by the last of them")
  func dependencies() async throws {
    let bench = try QueueBench()
    let film = try await bench.queue.add(.test("a", parts: ["s1", "s2"]))
    #expect(film.state == .blocked)
    for _ in 0..<2 {
      #expect(try await bench.queue.job(film.id).state == .blocked)
      let lease = try #require(try await bench.queue.claim(owner: "w"))
      #expect(lease.job.kind == .segment)
      try await bench.queue.finish(lease, result: "{}", elapsedMS: 10)
    }
    let lease = try #require(try await bench.queue.claim(owner: "w"))
    #expect(lease.job.id == film.id)
    try await bench.queue.finish(lease, result: "{}", withWarnings: true)
    let ended = try await bench.queue.job(film.id)
    #expect(ended.state == .doneWithWarnings)
    #expect(ended.endedMS == bench.clock.now)
    #expect(try await bench.queue.claim(owner: "w") == nil)
  }

  @Test("a preview goes before a film that was there earlier")
  func priority() async throws {
    let bench = try QueueBench()
    _ = try await bench.queue.add(.test("late", parts: []))
    _ = try await bench.queue.add(.test("soon", parts: [], priority: JobPriority.preview))
    #expect(try await bench.queue.claim(owner: "w")?.job.label == "soon")
    #expect(try await bench.queue.claim(owner: "w")?.job.label == "late")
  }

  @Test("two films that want the same segment share one job")
  func sharing() async throws {
    let bench = try QueueBench()
    let a = try await bench.queue.add(.test("a", parts: ["s1", "s2"]))
    let b = try await bench.queue.add(.test("b", parts: ["s2", "s3"], priority: 5))
    #expect(try await bench.queue.list(kinds: [.segment]).count == 3)
    let shared = try #require(
      try await bench.queue.parts(of: a.id).first { $0.key == "s2" })
    #expect(shared.priority == 5)
    // Cancelling one film leaves what the other needs.
    try await bench.queue.cancel(a.id)
    #expect(try await bench.queue.job(shared.id).state == .queued)
    #expect(try await bench.queue.parts(of: a.id).first { $0.key == "s1" }?.state == .cancelled)
    try await bench.queue.cancel(b.id)
    #expect(try await bench.queue.liveCount() == 0)
  }

  @Test(
    "a stale worker changes nothing: renew, finish, fail and release say that the lease is lost")
  func fence() async throws {
    let bench = try QueueBench()
    let film = try await bench.queue.add(.test("a", parts: []))
    let stale = try #require(try await bench.queue.claim(owner: "old"))
    bench.clock.advance(milliseconds: 30_001)
    #expect(try await bench.queue.sweep() == 1)
    let fresh = try #require(try await bench.queue.claim(owner: "new"))
    #expect(fresh.fence > stale.fence)
    await #expect(throws: LeaseLost.self) { try await bench.queue.renew(stale) }
    await #expect(throws: LeaseLost.self) { try await bench.queue.finish(stale, result: "{}") }
    await #expect(throws: LeaseLost.self) {
      try await bench.queue.fail(stale, JobFailure(code: "E_IO", message: "", isRetryable: true))
    }
    await #expect(throws: LeaseLost.self) { try await bench.queue.release(stale) }
    #expect(try await bench.queue.lost(among: [stale]).count == 1)
    #expect(try await bench.queue.lost(among: [fresh]).isEmpty)
    let job = try await bench.queue.job(film.id)
    #expect(job.state == .leased && job.owner == "new")
    #expect(job.failures.map(\.code) == ["E_LEASE_LOST"])
  }

  @Test("a renewed lease does not run out, and a clock that is set back takes none away")
  func renewal() async throws {
    let bench = try QueueBench()
    _ = try await bench.queue.add(.test("a", parts: []))
    var lease = try #require(try await bench.queue.claim(owner: "w"))
    for _ in 0..<10 {
      bench.clock.advance(milliseconds: 20_000)
      #expect(try await bench.queue.sweep() == 0)
      lease = try await bench.queue.renew(lease, framesDone: 3)
    }
    bench.clock.jump(milliseconds: -3_600_000)
    #expect(try await bench.queue.sweep() == 0)
    _ = try await bench.queue.renew(lease)
  }

  @Test(
    "only what may be retried is, after 2, 8 and 30 seconds, and the errors of all attempts are kept"
  )
  func retries() async throws {
    let bench = try QueueBench()
    let film = try await bench.queue.add(.test("a", parts: ["s1"]))
    for delay in [2_000, 8_000, 30_000] as [Int64] {
      let lease = try #require(try await bench.queue.claim(owner: "w"))
      let failure = JobFailure(code: "E_IO", message: "no \(delay)", isRetryable: true)
      #expect(try await bench.queue.fail(lease, failure).state == .queued)
      bench.clock.advance(milliseconds: delay - 1)
      #expect(try await bench.queue.claim(owner: "w") == nil)
      bench.clock.advance(milliseconds: 1)
    }
    let lease = try #require(try await bench.queue.claim(owner: "w"))
    let told = Told()
    let failed = try await bench.queue.fail(
      lease, JobFailure(code: "E_DISK_FULL", message: "full", isRetryable: true)
    ) { _, film in told.note(film.id) }
    #expect(failed.state == .failed)
    #expect(failed.failures.map(\.code) == ["E_IO", "E_IO", "E_IO", "E_DISK_FULL"])
    let ended = try await bench.queue.job(film.id)
    #expect(ended.state == .failed)
    #expect(ended.errorMessage == "a: s1: full")
    #expect(told.all == [film.id])
  }

  @Test("an error that may not be retried fails the film at once and cancels its other parts")
  func failure() async throws {
    let bench = try QueueBench()
    let film = try await bench.queue.add(.test("a", parts: ["s1", "s2", "s3"]))
    let lease = try #require(try await bench.queue.claim(owner: "w"))
    try await bench.queue.fail(
      lease, JobFailure(code: "E_MEDIA_DAMAGED", message: "bad", isRetryable: false))
    #expect(try await bench.queue.job(film.id).state == .failed)
    let states = try await bench.queue.parts(of: film.id).map(\.state)
    #expect(states == [.failed, .cancelled, .cancelled])
    let again = try await bench.queue.retry(film.id)
    #expect(again.state == .blocked)
    #expect(again.errorCode == nil)
    #expect(try await bench.queue.parts(of: film.id).map(\.state) == [.queued, .queued, .queued])
  }

  @Test("cancelling takes a lease away at once")
  func cancelling() async throws {
    let bench = try QueueBench()
    let film = try await bench.queue.add(.test("a", parts: ["s1"]))
    let lease = try #require(try await bench.queue.claim(owner: "w"))
    try await bench.queue.cancel(film.id)
    #expect(try await bench.queue.lost(among: [lease]).count == 1)
    #expect(try await bench.queue.job(film.id).state == .cancelled)
    await #expect(throws: QueueError.self) { try await bench.queue.cancel(film.id) }
    await #expect(throws: QueueError.self) { try await bench.queue.cancel("nothing") }
  }

  @Test("a job whose workers die again and again fails with the reason of each attempt")
  func dyingWorkers() async throws {
    let bench = try QueueBench()
    let film = try await bench.queue.add(.test("a", parts: []))
    for attempt in 1...4 {
      let lease = try #require(try await bench.queue.claim(owner: "w\(attempt)"))
      #expect(lease.job.attempt == attempt)
      #expect(try await bench.queue.releaseAll(ofDead: "w\(attempt)") == 1)
    }
    let job = try await bench.queue.job(film.id)
    #expect(job.state == .failed && job.failures.count == 4 && job.errorCode == "E_LEASE_LOST")
  }

  @Test("two crashes put a file in quarantine: jobs that use it fail and new ones are refused")
  func quarantine() async throws {
    let bench = try QueueBench()
    let film = try await bench.queue.add(.test("a", parts: ["s1"], assets: ["f00d"]))
    let other = try await bench.queue.add(.test("b", parts: ["s2"], assets: ["beef"]))
    #expect(try await !bench.queue.recordCrash(of: "f00d", name: "bad.mp4"))
    #expect(try await bench.queue.job(film.id).state == .blocked)
    #expect(try await bench.queue.recordCrash(of: "f00d", name: "bad.mp4"))
    #expect(try await bench.queue.job(film.id).errorCode == "E_MEDIA_QUARANTINED")
    #expect(try await bench.queue.job(other.id).state == .blocked)
    await #expect(throws: QueueError.self) {
      try await bench.queue.add(.test("c", parts: ["s3"], assets: ["f00d"]))
    }
    #expect(try await bench.queue.releaseAsset("f0").count == 1)
    _ = try await bench.queue.add(.test("c", parts: ["s3"], assets: ["f00d"]))
  }

  @Test("what is paused is not given out: the queue, or one film")
  func pausing() async throws {
    let bench = try QueueBench()
    let a = try await bench.queue.add(.test("a", parts: []))
    _ = try await bench.queue.add(.test("b", parts: []))
    try await bench.queue.pause(a.id)
    #expect(try await bench.queue.claim(owner: "w")?.job.label == "b")
    #expect(try await bench.queue.claim(owner: "w") == nil)
    try await bench.queue.pause()
    try await bench.queue.resume(a.id)
    #expect(try await bench.queue.claim(owner: "w") == nil)
    try await bench.queue.resume()
    #expect(try await bench.queue.claim(owner: "w")?.job.label == "a")
  }

  @Test("progress never goes back, and the time left is learned from what was done")
  func progress() async throws {
    let bench = try QueueBench()
    let first = try await bench.queue.add(.test("a", parts: ["s1", "s2"]))
    #expect(try await bench.queue.progress(of: first.id).etaMS == nil)
    for _ in 0..<2 {
      let lease = try #require(try await bench.queue.claim(owner: "w"))
      try await bench.queue.finish(lease, result: "{}", elapsedMS: 4_000)
    }
    let second = try await bench.queue.add(.test("b", parts: ["s3", "s4"]))
    _ = try await bench.queue.claim(owner: "w")
    var lease = try #require(try await bench.queue.claim(owner: "w"))
    lease = try await bench.queue.renew(lease, framesDone: 50)
    let before = try await bench.queue.progress(of: second.id)
    #expect(abs(before.fraction - 0.2375) < 1e-9)
    #expect(before.etaMS == 3_000)
    try await bench.queue.fail(lease, JobFailure(code: "E_IO", message: "", isRetryable: true))
    #expect(try await bench.queue.progress(of: second.id).fraction == before.fraction)
  }

  @Test("eight claimers on four connections: every job once, never two owners")
  func racing() async throws {
    let bench = try QueueBench()
    for number in 0..<100 { _ = try await bench.queue.add(.test("f\(number)", parts: [])) }
    let claimed = try await withThrowingTaskGroup(of: [String].self) { group in
      for number in 0..<8 {
        let queue = try bench.another()
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

  @Test("a state that cannot be is refused by the tables")
  func impossible() async throws {
    let bench = try QueueBench()
    let film = try await bench.queue.add(.test("a", parts: []))
    for change in [
      "state = 'leased'", "state = 'done'", "state = 'failed'", "state = 'lost'",
      "owner = 'somebody'", "attempt = -1",
    ] {
      let error = await #expect(throws: StorageError.self) {
        try await bench.database.write {
          try $0.execute("UPDATE render_job SET \(change) WHERE id = :id", ["id": film.id])
        }
      }
      #expect(error?.kind == .constraint)
    }
  }

  @Test("claiming looks at queued jobs alone, however many have ended")
  func plan() async throws {
    let bench = try QueueBench()
    let plan = try await bench.database.read {
      try $0.rows(
        """
        EXPLAIN QUERY PLAN SELECT id FROM render_job
        WHERE state = 'queued' AND run_at_ms <= 0 AND is_paused = 0
        ORDER BY priority, run_at_ms, id LIMIT 1
        """
      ).map { try $0.get("detail", as: String.self) }
    }
    #expect(plan == ["SCAN render_job USING INDEX render_job_queued"])
  }

  @Test("ended jobs are forgotten after their time, parts after their films")
  func pruning() async throws {
    let bench = try QueueBench()
    let film = try await bench.queue.add(.test("a", parts: ["s1"]))
    try await bench.queue.cancel(film.id)
    #expect(try await bench.queue.prune(endedBefore: bench.clock.now) == 0)
    bench.clock.advance(milliseconds: 1)
    #expect(try await bench.queue.prune(endedBefore: bench.clock.now) == 2)
    #expect(try await bench.queue.counts().isEmpty)
  }
}

private final class Told: Sendable {
  private let ids = Mutex<[String]>([])
  func note(_ id: String) { ids.withLock { $0.append(id) } }
  var all: [String] { ids.withLock { $0 } }
}

/// A queue on a database of its own, with a clock that stands still.
struct QueueBench {
  let folder: String
  let clock = VirtualClock()
  let database: SQLiteDatabase
  let queue: RenderQueue

  init() throws {
    folder = NSTemporaryDirectory() + "jobs-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    database = try SQLiteDatabase(path: folder + "/a.db", migrations: [RenderQueue.migrations])
    queue = RenderQueue(database: database, clock: clock)
  }

  /// The same queue over another connection, as another process has it.
  func another() throws -> RenderQueue {
    RenderQueue(
      database: try SQLiteDatabase(path: folder + "/a.db", migrations: [RenderQueue.migrations]),
      clock: clock)
  }
}

extension NewFilm {
  static func test(
    _ label: String, parts: [String], priority: Int = JobPriority.normal, assets: [String] = []
  ) -> NewFilm {
    NewFilm(
      label: label, payload: "{}", priority: priority, frames: 100 * parts.count,
      weight: Double(parts.count), assets: assets,
      parts: parts.map {
        Part(
          kind: .segment, key: $0, label: "\(label): \($0)", payload: "{}", frames: 100,
          weight: 2, assets: assets)
      })
  }
}
