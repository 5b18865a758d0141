import Storage
import Testing

@testable import Jobs

@Suite struct DependencyTests {
  @Test(
    "a film with nothing to render is queued at once, one with the same part twice needs it once")
  func simple() async throws {
    let stage = try QueueStage()
    #expect(try await stage.add(.test("a", parts: [])).state == .queued)
    let twice = try await stage.add(.test("b", parts: ["s1", "s1"]))
    #expect(try await stage.queue.parts(of: twice.id).map(\.key) == ["s1"])
  }

  @Test("parts are in the film's order, also those that another film brought")
  func order() async throws {
    let stage = try QueueStage()
    _ = try await stage.add(.test("a", parts: ["s3", "s1"]))
    let film = try await stage.add(.test("b", parts: ["s1", "s2", "s3"]))
    #expect(try await stage.queue.parts(of: film.id).map(\.key) == ["s1", "s2", "s3"])
  }

  @Test("a film of a hundred parts is queued by its last one, in whatever order they are done")
  func wide() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: (0..<100).map { "s\($0)" }))
    var leases: [Lease] = []
    while let lease = try await stage.queue.claim(owner: "w") { leases.append(lease) }
    #expect(leases.count == 100)
    for lease in leases.reversed() {
      #expect(try await stage.queue.job(film.id).state == .blocked)
      try await stage.queue.finish(lease, result: "{}")
    }
    #expect(try await stage.queue.job(film.id).state == .queued)
  }

  @Test(
    "a part that fails fails all films that need it, each with its reason, and cancels what they alone needed"
  )
  func failure() async throws {
    let stage = try QueueStage()
    let a = try await stage.add(.test("a", parts: ["s1", "a2"]))
    let b = try await stage.add(.test("b", parts: ["s1", "b2"]))
    let c = try await stage.add(.test("c", parts: ["b2", "c2"]))
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    #expect(lease.job.key == "s1")
    let told = Told()
    try await stage.queue.fail(lease, .test("E_MEDIA", isRetryable: false)) { _, film in
      #expect(film.state == .failed)
      told.note(film.id)
    }
    #expect(told.all == [a.id, b.id])
    for film in [a, b] {
      let job = try await stage.queue.job(film.id)
      #expect(job.state == .failed && job.errorCode == "E_MEDIA" && job.errorIsRetryable == false)
      #expect(job.errorMessage == "a: s1: no luck\n  → try again")
    }
    #expect(try await stage.states(of: a.id) == ["s1": .failed, "a2": .cancelled])
    #expect(try await stage.states(of: b.id) == ["s1": .failed, "b2": .queued])
    #expect(try await stage.states(of: c.id) == ["b2": .queued, "c2": .queued])
  }

  @Test(
    "cancelling one of two films leaves their common part to the other, cancelling both takes its lease away"
  )
  func cancelling() async throws {
    let stage = try QueueStage()
    let a = try await stage.add(.test("a", parts: ["s1", "a2"]))
    let b = try await stage.add(.test("b", parts: ["s1"]))
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    let told = Told()
    try await stage.queue.cancel(a.id) { _, film in told.note(film.id) }
    #expect(told.all == [a.id])
    #expect(try await stage.queue.lost(among: [lease]).isEmpty)
    #expect(try await stage.states(of: a.id) == ["s1": .leased, "a2": .cancelled])
    try await stage.queue.cancel(b.id)
    #expect(try await stage.queue.lost(among: [lease]).count == 1)
    await #expect(throws: LeaseLost.self) { try await stage.queue.finish(lease, result: "{}") }
  }

  @Test("cancelling a part cancels the films that need it")
  func cancellingPart() async throws {
    let stage = try QueueStage()
    let a = try await stage.add(.test("a", parts: ["s1", "a2"]))
    let b = try await stage.add(.test("b", parts: ["s1"]))
    let part = try await stage.queue.parts(of: b.id)[0]
    #expect(try await stage.queue.films(needing: part.id).map(\.id) == [a.id, b.id])
    let told = Told()
    try await stage.queue.cancel(part.id) { _, film in told.note(film.id) }
    #expect(told.all == [a.id, b.id])
    #expect(try await stage.queue.liveCount() == 0)
  }

  @Test("when the caller's own writing fails, the job has not ended either")
  func atomic() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: []))
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    await #expect(throws: CancellationError.self) {
      try await stage.queue.finish(lease, result: "{}") { _, _ in throw CancellationError() }
    }
    await #expect(throws: CancellationError.self) {
      try await stage.queue.cancel(film.id) { _, _ in throw CancellationError() }
    }
    #expect(try await stage.queue.job(film.id).state == .leased)
    try await stage.queue.finish(lease, result: "{}")
  }

  @Test(
    "trying again takes up what is done, what is under way for others, and begins the rest anew")
  func retry() async throws {
    let stage = try QueueStage()
    let a = try await stage.add(.test("a", parts: ["s1", "s2", "s3"]))
    let done = try #require(try await stage.queue.claim(owner: "w"))
    try await stage.queue.finish(done, result: #"{"asset":"1"}"#)
    let second = try #require(try await stage.queue.claim(owner: "w"))
    _ = try await stage.queue.renew(second, framesDone: 60)
    try await stage.queue.fail(second, .test("E_IO", isRetryable: false))
    let before = try await stage.queue.progress(of: a.id).fraction
    let b = try await stage.add(.test("b", parts: ["s2"]))
    try await stage.queue.retry(a.id)
    #expect(try await stage.states(of: a.id) == ["s1": .done, "s2": .queued, "s3": .queued])
    let shared = try await stage.queue.parts(of: b.id)[0]
    #expect(try await stage.queue.parts(of: a.id)[1].id == shared.id)
    #expect(try await stage.queue.progress(of: a.id).fraction >= before)
    while let lease = try await stage.queue.claim(owner: "w") {
      try await stage.queue.finish(lease, result: "{}")
    }
    #expect(try await stage.queue.job(a.id).state == .done)
    #expect(try await stage.queue.job(b.id).state == .done)
    #expect(try await stage.database.faults().isEmpty)
  }

  @Test("a part cannot be tried again, paused or resumed by itself")
  func parts() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1"]))
    let part = try await stage.queue.parts(of: film.id)[0]
    for wrong in [stage.queue.pause, stage.queue.resume] {
      await #expect(throws: QueueError.notAFilm(id: part.id, kind: .segment, wanted: "").kind) {
        do { try await wrong(part.id) } catch let error as QueueError { throw error.kind }
      }
    }
    try await stage.queue.cancel(film.id)
    await #expect(throws: QueueError.self) { try await stage.queue.retry(part.id) }
  }

  @Test(
    "a film with numbers that cannot be is refused, and nothing of it is kept",
    arguments: [
      (-1, 1.0, 4, "s1"), (1, -1, 4, "s1"), (1, .nan, 4, "s1"), (1, .infinity, 4, "s1"),
      (1, 1, 0, "s1"), (1, 1, 4, ""),
    ] as [(Int, Double, Int, String)])
  func impossible(frames: Int, weight: Double, attempts: Int, key: String) async throws {
    let stage = try QueueStage()
    var film = NewFilm.test("a", parts: ["s0", key])
    film.parts[1].frames = frames
    film.parts[1].weight = weight
    film.maxAttempts = attempts
    await #expect(throws: QueueError.self) { try await stage.add(film) }
    #expect(try await stage.queue.counts().isEmpty)
  }
}

@Suite struct SharingTests {
  @Test(
    "a result of an earlier film is used when the caller has seen that it is there, and made anew when it was given up"
  )
  func earlier() async throws {
    let stage = try QueueStage()
    let first = try await stage.add(.test("a", parts: ["s1"]))
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    try await stage.queue.finish(lease, result: #"{"asset":"1"}"#)
    let known = try await stage.queue.results(of: .segment, keys: ["s1", "s2"])
    #expect(known == ["s1": #"{"asset":"1"}"#])
    var film = NewFilm.test("b", parts: ["s1"])
    // Without the caller's word nothing is believed.
    let unsaid = try await stage.add(film)
    #expect(unsaid.state == .blocked)
    try await stage.queue.cancel(unsaid.id)
    film.parts[0].finished = .earlier(try #require(known["s1"]))
    let second = try await stage.add(film)
    #expect(second.state == .queued)
    #expect(try await stage.queue.parts(of: second.id).map(\.id) == [lease.id])
    // Both films are done: the result is given up, and the third film's word comes too late.
    while let film = try await stage.queue.claim(owner: "w") {
      try await stage.queue.finish(film, result: "{}")
    }
    #expect(try await stage.queue.job(first.id).state == .done)
    #expect(try await stage.queue.takeSpentResults() == [#"{"asset":"1"}"#])
    #expect(try await stage.queue.takeSpentResults().isEmpty)
    #expect(try await stage.add(film).state == .blocked)
  }

  @Test("a result from elsewhere becomes a job that is done, once for all that bring it")
  func elsewhere() async throws {
    let stage = try QueueStage()
    var film = NewFilm.test("a", parts: ["s1", "s2"])
    film.parts[0].finished = .elsewhere(#"{"asset":"1"}"#)
    let first = try await stage.add(film)
    #expect(first.state == .blocked)
    #expect(try await stage.states(of: first.id) == ["s1": .done, "s2": .queued])
    let second = try await stage.add(film)
    let parts = [
      try await stage.queue.parts(of: first.id), try await stage.queue.parts(of: second.id),
    ]
    #expect(parts[0].map(\.id) == parts[1].map(\.id))
    #expect(try await stage.queue.progress(of: second.id).partsDone == 1)
  }

  @Test("what is under way for another film is shared, whatever the caller knows")
  func live() async throws {
    let stage = try QueueStage()
    let first = try await stage.add(.test("a", parts: ["s1"]))
    var film = NewFilm.test("b", parts: ["s1"], priority: JobPriority.preview)
    film.parts[0].finished = .elsewhere(#"{"asset":"1"}"#)
    let second = try await stage.add(film)
    #expect(second.state == .blocked)
    let parts = try await stage.queue.parts(of: second.id)
    #expect(parts.map(\.id) == (try await stage.queue.parts(of: first.id)).map(\.id))
    #expect(parts[0].priority == JobPriority.preview)
  }

  @Test("a segment and the sound of the same key are two jobs")
  func kinds() async throws {
    let stage = try QueueStage()
    var film = NewFilm.test("a", parts: ["k", "k"])
    film.parts[1].kind = .sound
    let job = try await stage.add(film)
    #expect(try await stage.queue.parts(of: job.id).map(\.kind) == [.segment, .sound])
  }

  @Test("one film paused: its own parts are held, common ones go on, until both are paused")
  func pausing() async throws {
    let stage = try QueueStage()
    let a = try await stage.add(.test("a", parts: ["a1", "s1"]))
    let b = try await stage.add(.test("b", parts: ["s1"]))
    try await stage.queue.pause(a.id)
    #expect(try await stage.held(of: a.id) == ["a1"])
    try await stage.queue.pause(b.id)
    #expect(try await stage.held(of: a.id) == ["a1", "s1"])
    #expect(try await stage.queue.claim(owner: "w") == nil)
    // A third film wants it, then leaves again.
    let c = try await stage.add(.test("c", parts: ["s1"]))
    #expect(try await stage.held(of: a.id) == ["a1"])
    try await stage.queue.cancel(c.id)
    #expect(try await stage.held(of: a.id) == ["a1", "s1"])
    try await stage.queue.resume(b.id)
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    #expect(lease.job.key == "s1")
    // What is under way when its films are paused goes on, and is not given to anybody else afterwards.
    try await stage.queue.pause(b.id)
    _ = try await stage.queue.renew(lease)
    stage.clock.advance(milliseconds: 35_000)
    #expect(try await stage.queue.claim(owner: "other") == nil)
  }

  @Test("trying a paused and cancelled film again lets it go on")
  func retryPaused() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1"]))
    try await stage.queue.pause(film.id)
    try await stage.queue.cancel(film.id)
    try await stage.queue.retry(film.id)
    #expect(try await stage.queue.claim(owner: "w") != nil)
  }
}

extension QueueStage {
  func states(of film: String) async throws -> [String: JobState] {
    let parts = try await queue.parts(of: film)
    return Dictionary(uniqueKeysWithValues: parts.map { ($0.key ?? "", $0.state) })
  }

  /// Keys of parts that are paused.
  fileprivate func held(of film: String) async throws -> [String] {
    try await queue.parts(of: film).filter(\.isPaused).compactMap(\.key)
  }
}

extension QueueError {
  /// Only which case it is.
  fileprivate struct Kind: Error, Equatable { var name: String }
  fileprivate var kind: Kind { Kind(name: String("\(self)".prefix { $0 != " " })) }
}
