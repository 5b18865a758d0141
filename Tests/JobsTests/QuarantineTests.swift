import Storage
import Testing

@testable import Jobs

@Suite struct QuarantineTests {
  @Test("the job whose crash was the second is not tried again, though its error could be")
  func crashing() async throws {
    let stage = try QueueStage()
    var new = NewFilm.test("a", parts: ["s1"])
    new.parts[0].assets = ["f00d"]
    let film = try await stage.add(new)
    for crash in 1...2 {
      let lease = try #require(try await stage.queue.claim(owner: "w"))
      let isOut = try await stage.queue.recordCrash(of: "f00d", name: "bad.mp4", job: lease.id)
      #expect(isOut == (crash == 2))
      try await stage.queue.fail(lease, .test("E_DECODER_CRASH", isRetryable: true))
      stage.clock.advance(milliseconds: 2_000)
    }
    #expect(try await stage.queue.claim(owner: "w") == nil)
    let part = try await stage.queue.parts(of: film.id)[0]
    #expect(try await stage.queue.job(film.id).state == .failed)
    #expect(part.state == .failed && part.errorCode == "E_MEDIA_QUARANTINED")
    #expect(part.failures.map(\.code) == ["E_DECODER_CRASH", "E_DECODER_CRASH"])
    let listed = try await stage.queue.quarantined()
    #expect(listed.map(\.lastJob) == [part.id])
    #expect(listed.map(\.name) == ["bad.mp4"])
  }

  @Test(
    "films that wait and use it fail at once, and their parts under way end with them"
  )
  func waiting() async throws {
    let stage = try QueueStage()
    let good = try await stage.add(.test("a", parts: ["s1"], assets: ["f00d"]))
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    let bad = try await stage.add(.test("b", parts: ["s2"], assets: ["f00d"]))
    let other = try #require(try await stage.queue.claim(owner: "w"))
    let told = Told()
    for _ in 0..<2 {
      _ = try await stage.queue.recordCrash(of: "f00d", name: "x") { _, film in told.note(film.id) }
    }
    #expect(Set(told.all) == [good.id, bad.id])
    #expect(try await stage.queue.lost(among: [lease, other]).count == 2)
  }

  @Test("given back or left lying after its file was put there, a job fails with the next sweep")
  func givenBack() async throws {
    let stage = try QueueStage()
    // Only the part reads it, and is under way: it might end well.
    var film = NewFilm.test("a", parts: ["s1"])
    film.parts[0].assets = ["f00d"]
    let job = try await stage.add(film)
    let lease = try #require(try await stage.queue.claim(owner: "w"))
    for _ in 0..<2 { _ = try await stage.queue.recordCrash(of: "f00d", name: "x") }
    #expect(try await stage.queue.lost(among: [lease]).isEmpty)
    try await stage.queue.release(lease)
    #expect(try await stage.queue.claim(owner: "w") == nil)
    #expect(try await stage.queue.sweep() == 1)
    #expect(try await stage.queue.job(job.id).errorCode == "E_MEDIA_QUARANTINED")
  }

  @Test("a film that uses it can be tried again once the file is let out, and not before")
  func lettingOut() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1"], assets: ["f00dbeef"]))
    for _ in 0..<3 { _ = try await stage.queue.recordCrash(of: "f00dbeef", name: "x") }
    await #expect(throws: QueueError.self) { try await stage.queue.retry(film.id) }
    #expect(try await stage.queue.releaseAsset("").isEmpty)
    #expect(try await stage.queue.releaseAsset("beef").isEmpty)
    #expect(try await stage.queue.releaseAsset("F00D").map(\.crashes) == [3])
    #expect(try await stage.queue.quarantined().isEmpty)
    try await stage.queue.retry(film.id)
    #expect(try await stage.queue.claim(owner: "w") != nil)
    // Its crashes are forgotten: one more is the first.
    #expect(try await !stage.queue.recordCrash(of: "f00dbeef", name: "x"))
  }

  @Test("a beginning that two files share lets none out")
  func ambiguous() async throws {
    let stage = try QueueStage()
    for asset in ["f00d1", "f00d2"] {
      for _ in 0..<2 { _ = try await stage.queue.recordCrash(of: asset, name: asset) }
    }
    #expect(try await stage.queue.releaseAsset("f00d").isEmpty)
    #expect(try await stage.queue.releaseAsset("f00d2").map(\.name) == ["f00d2"])
    #expect(try await stage.queue.quarantined().map(\.name) == ["f00d1"])
  }
}
