import Storage
import Testing

@testable import Jobs

@Suite struct LeaseTests {
  @Test(
    "a lease that has run out is claimed by another at once, and the silence is kept as that attempt's error"
  )
  func lapse() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: []))
    _ = try #require(try await stage.queue.claim(owner: "one"))
    stage.clock.advance(milliseconds: 34_999)
    #expect(try await stage.queue.claim(owner: "two") == nil)
    stage.clock.advance(milliseconds: 1)
    let second = try #require(try await stage.queue.claim(owner: "two"))
    #expect(second.job.attempt == 2 && second.fence == 2)
    stage.clock.advance(milliseconds: 35_000)
    let third = try #require(try await stage.queue.claim(owner: "three"))
    #expect(third.job.failures.map(\.code) == ["E_LEASE_LOST", "E_LEASE_LOST"])
    #expect(third.job.failures.map(\.atMS) == [stage.clock.now - 35_000, stage.clock.now])
    #expect(try await stage.queue.job(film.id).owner == "three")
  }

  @Test("an idle worker has the job of a dead one within 45 s")
  func deadline() async throws {
    let stage = try QueueStage()
    _ = try await stage.add(.test("a", parts: []))
    var lease = try #require(try await stage.queue.claim(owner: "dies"))
    stage.clock.advance(milliseconds: 10_000)
    lease = try await stage.queue.renew(lease)
    let death = stage.clock.now
    var taken: Lease?
    while taken == nil {
      stage.clock.advance(milliseconds: 1_000)
      taken = try await stage.queue.claim(owner: "other")
    }
    #expect(stage.clock.now - death <= 45_000)
  }

  @Test(
    "without attempts left a lapsed lease is not claimed; the sweeper fails the job and tells of the film"
  )
  func exhausted() async throws {
    let stage = try QueueStage()
    var film = NewFilm.test("a", parts: ["s1"])
    film.maxAttempts = 2
    let job = try await stage.add(film)
    for attempt in 1...2 {
      let lease = try #require(try await stage.queue.claim(owner: "w\(attempt)"))
      #expect(lease.job.attempt == attempt)
      stage.clock.advance(milliseconds: 35_000)
    }
    #expect(try await stage.queue.claim(owner: "w3") == nil)
    let told = Told()
    #expect(try await stage.queue.sweep { _, film in told.note(film.id) } == 1)
    #expect(told.all == [job.id])
    let part = try #require(try await stage.queue.parts(of: job.id).first)
    #expect(part.state == .failed && part.failures.count == 2 && part.errorIsRetryable == true)
    #expect(try await stage.queue.job(job.id).errorCode == "E_LEASE_LOST")
    #expect(try await stage.queue.sweep() == 0)
  }

  @Test("giving a job back counts no attempt, however often")
  func release() async throws {
    let stage = try QueueStage()
    _ = try await stage.add(.test("a", parts: []))
    for round in 1...10 {
      let lease = try #require(try await stage.queue.claim(owner: "w"))
      #expect(lease.job.attempt == 1 && lease.fence == Int64(2 * round - 1))
      try await stage.queue.release(lease)
      await #expect(throws: LeaseLost.self) { try await stage.queue.release(lease) }
    }
  }

  @Test("a worker asks for what it can do, and not for what it gave back")
  func filters() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1", "s2"]))
    let parts = try await stage.queue.parts(of: film.id)
    #expect(try await stage.queue.claim(owner: "w", kinds: [.film, .sound]) == nil)
    #expect(try await stage.queue.claim(owner: "w", kinds: []) == nil)
    let claimed = try await stage.queue.claim(
      owner: "w", kinds: [.segment], excluding: [parts[0].id, "unknown"])
    #expect(claimed?.id == parts[1].id)
    #expect(
      try await stage.queue.claim(owner: "w", excluding: [parts[0].id, parts[1].id]) == nil)
  }

  @Test("an owner's name may hold anything", arguments: ["", "it's \"me\"", "'; DROP TABLE x; --"])
  func owners(name: String) async throws {
    let stage = try QueueStage()
    _ = try await stage.add(.test("a", parts: []))
    let lease = try #require(try await stage.queue.claim(owner: name))
    #expect(try await stage.queue.lost(among: [lease]).isEmpty)
    try await stage.queue.finish(lease, result: "{}")
  }

  @Test("progress never goes back and never beyond the end", arguments: [-5, 0, 40, 100, 1000])
  func frames(reported: Int) async throws {
    let stage = try QueueStage()
    _ = try await stage.add(.test("a", parts: ["s1"]))
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    _ = try await stage.queue.renew(lease, framesDone: 40)
    _ = try await stage.queue.renew(lease, framesDone: reported)
    _ = try await stage.queue.renew(lease)
    #expect(try await stage.queue.job(lease.id).framesDone == min(100, max(40, reported)))
  }

  @Test("which of many leases are lost is one question")
  func lost() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1", "s2", "s3"]))
    var leases: [Lease] = []
    for _ in 0..<3 { leases.append(try #require(try await stage.queue.claim(owner: "w"))) }
    #expect(try await stage.queue.lost(among: leases).isEmpty)
    try await stage.queue.finish(leases[1], result: "{}")
    #expect(try await stage.queue.lost(among: leases).map(\.id) == [leases[1].id])
    try await stage.queue.cancel(film.id)
    #expect(try await stage.queue.lost(among: leases).count == 3)
    #expect(try await stage.queue.lost(among: []).isEmpty)
  }
}

/// Somebody sets the clock while workers hold leases.
@Suite struct ClockJumpTests {
  @Test("a clock that is a few seconds ahead takes no lease away")
  func ahead() async throws {
    let stage = try QueueStage()
    _ = try await stage.add(.test("a", parts: []))
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    stage.clock.advance(milliseconds: 29_000)
    let other = try stage.another(clock: VirtualClock(now: stage.clock.now + 4_000))
    #expect(try await other.claim(owner: "other") == nil)
    #expect(try await other.sweep() == 0)
    _ = try await stage.queue.renew(lease)
  }

  @Test(
    "set forward or suspended, a process takes no lease for the time of one, so that owners can renew",
    arguments: [60_000, 3_600_000, 86_400_000] as [Int64])
  func forward(jump: Int64) async throws {
    let stage = try QueueStage()
    _ = try await stage.add(.test("a", parts: []))
    _ = try await stage.add(.test("b", parts: []))
    let held = try #require(try await stage.queue.claim(owner: "works"))
    let dead = try #require(try await stage.queue.claim(owner: "dead"))
    stage.clock.jump(milliseconds: jump)
    #expect(try await stage.queue.claim(owner: "other") == nil)
    #expect(try await stage.queue.sweep() == 0)
    _ = try await stage.queue.renew(held)
    stage.clock.advance(milliseconds: 25_000)
    #expect(try await stage.queue.claim(owner: "other") == nil)
    _ = try await stage.queue.renew(held)
    // Then the leases that nobody renewed are taken as ever.
    stage.clock.advance(milliseconds: 5_000)
    #expect(try await stage.queue.claim(owner: "other")?.id == dead.id)
    #expect(try await stage.queue.claim(owner: "other") == nil)
    #expect(try await stage.queue.lost(among: [held]).isEmpty)
  }

  @Test(
    "set back, no lease is lost, and that of a dead worker lasts no longer than a lease from then")
  func back() async throws {
    let stage = try QueueStage()
    _ = try await stage.add(.test("a", parts: []))
    _ = try await stage.add(.test("b", parts: []))
    let held = try #require(try await stage.queue.claim(owner: "works"))
    let dead = try #require(try await stage.queue.claim(owner: "dead"))
    stage.clock.jump(milliseconds: -3_600_000)
    #expect(try await stage.queue.sweep() == 0)
    _ = try await stage.queue.renew(held)
    stage.clock.advance(milliseconds: 34_999)
    _ = try await stage.queue.renew(held)
    #expect(try await stage.queue.claim(owner: "other") == nil)
    stage.clock.advance(milliseconds: 1)
    #expect(try await stage.queue.claim(owner: "other")?.id == dead.id)
  }

  @Test("set back, what waits for its next attempt does not wait for an hour")
  func retries() async throws {
    let stage = try QueueStage()
    _ = try await stage.add(.test("a", parts: []))
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    try await stage.queue.fail(lease, .test("E_IO", isRetryable: true))
    stage.clock.jump(milliseconds: -3_600_000)
    #expect(try await stage.queue.claim(owner: "w") == nil)
    try await stage.queue.sweep()
    #expect(try await stage.queue.claim(owner: "w") != nil)
  }
}
