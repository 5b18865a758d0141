import Storage
import Testing

@testable import Jobs

@Suite struct FilmProgressTests {
  @Test(
    "the time left is judged by the median of jobs with the same profile, then by all of the kind")
  func profiles() async throws {
    let stage = try QueueStage()
    for (profile, elapsed) in [("slow", [900, 1_000, 50_000]), ("fast", [10, 10])] {
      for (number, elapsed) in elapsed.enumerated() {
        try await stage.render(
          .test("\(profile)\(number)", parts: ["\(profile)\(number)"]), profile, elapsed)
      }
    }
    // A part of two megapixels took 1000 ms, 10 ms; all five together have the median 900.
    #expect(try await stage.eta(profile: "slow") == 1_000)
    #expect(try await stage.eta(profile: "fast") == 10)
    #expect(try await stage.eta(profile: "new") == 900)
  }

  @Test("more workers make it shorter, down to one part each; what goes before makes it longer")
  func workers() async throws {
    let stage = try QueueStage()
    try await stage.render(.test("first", parts: ["s0"]), "", 1_000)
    let film = try await stage.add(.test("a", parts: ["s1", "s2", "s3", "s4"]))
    #expect(try await stage.queue.progress(of: film.id).etaMS == nil, "nobody works")
    for (slots, eta) in [(1, 4_000), (2, 2_000), (4, 1_000), (16, 1_000)] {
      try await stage.queue.see(worker: "w", host: "h", pid: 1, slots: slots)
      #expect(try await stage.queue.progress(of: film.id).etaMS == Int64(eta))
    }
    try await stage.queue.see(worker: "w", host: "h", pid: 1, slots: 2)
    _ = try await stage.add(.test("later", parts: ["s5", "s6"]))
    #expect(try await stage.queue.progress(of: film.id).etaMS == 2_000)
    _ = try await stage.add(.test("urgent", parts: ["s7", "s8"], priority: 0))
    #expect(try await stage.queue.progress(of: film.id).etaMS == 3_000)
    try await stage.queue.pause(film.id)
    #expect(try await stage.queue.progress(of: film.id).etaMS == nil)
    try await stage.queue.resume(film.id)
    try await stage.queue.pause()
    #expect(try await stage.queue.progress(of: film.id).etaMS == nil)
  }

  @Test("jobs of long ago count no more than the last fifty")
  func window() async throws {
    let stage = try QueueStage()
    for number in 0..<60 {
      stage.clock.advance(milliseconds: 1)
      try await stage.render(.test("\(number)", parts: ["s\(number)"]), "", number < 30 ? 10 : 500)
    }
    #expect(try await stage.eta(profile: "") == 500)
  }

  @Test(
    "over a film's whole life, with failures, retries and lost leases, it never shows less than before"
  )
  func monotonic() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1", "s2", "s3"]))
    var last = 0.0
    func look() async throws {
      let fraction = try await stage.queue.progress(of: film.id).fraction
      #expect(fraction >= last && fraction <= 1)
      last = fraction
    }
    for round in 0..<40 {
      guard let lease = try await stage.queue.claim(owner: "w\(round)") else {
        stage.clock.advance(milliseconds: 40_000)
        continue
      }
      for frames in [10, 50, 90] {
        _ = try await stage.queue.renew(lease, framesDone: frames)
        try await look()
      }
      switch round % 5 {
      case 0: try await stage.queue.fail(lease, .test("E_IO", isRetryable: true))
      case 1: stage.clock.advance(milliseconds: 40_000)
      case 2: try await stage.queue.release(lease)
      default: try await stage.queue.finish(lease, result: "{}")
      }
      try await look()
      if try await stage.queue.job(film.id).state.isSuccess { break }
    }
    #expect(last == 1)
  }

  @Test("watching gives the state now, each that is seen after it, and the end")
  func watching() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1"]))
    var fractions: [Double] = []
    var states: [JobState] = []
    for try await progress in stage.queue.watch(film.id) {
      fractions.append(progress.fraction)
      states.append(progress.film.state)
      if let lease = try await stage.queue.claim(owner: "w") {
        try await stage.queue.finish(lease, result: "{}")
      }
    }
    #expect(fractions == fractions.sorted())
    #expect(states.first == .blocked && states.last == .done)
    await #expect(throws: QueueError.noSuchJob("nothing")) {
      for try await _ in stage.queue.watch("nothing") {}
    }
  }
}

extension QueueStage {
  /// Renders a film of one part that takes so long.
  fileprivate func render(_ film: NewFilm, _ profile: String, _ elapsedMS: Int) async throws {
    var film = film
    film.profile = profile
    _ = try await queue.add(film)
    while let lease = try await queue.claim(owner: "w") {
      let isPart = lease.job.kind == .segment
      try await queue.finish(lease, result: "{}", elapsedMS: isPart ? Int64(elapsedMS) : nil)
    }
  }

  /// Of a film with one part of that profile.
  fileprivate func eta(profile: String) async throws -> Int64? {
    try await queue.see(worker: "w", host: "h", pid: 1, slots: 1)
    var film = NewFilm.test("eta", parts: ["eta-\(profile)"])
    film.profile = profile
    let job = try await queue.add(film)
    let eta = try await queue.progress(of: job.id).etaMS
    try await queue.cancel(job.id)
    return eta
  }
}
