import Storage
import Testing

@testable import Jobs

@Suite struct SchemaTests {
  @Test(
    "a row that cannot be is refused by the tables",
    arguments: [
      "state = 'lost'", "kind = 'poster'", "state = 'leased'", "state = 'done'", "state = 'failed'",
      "state = 'cancelled'", "owner = 'somebody'", "lease_until_ms = 5", "ended_ms = 5",
      "result = '{}'", "error_code = 'E_IO'", "error_message = 'no'", "error_is_retryable = 1",
      "attempt = -1", "attempt = 5", "max_attempts = 0", "fence = -1", "is_paused = 2",
      "frames_done = 101", "frames_done = -1", "frames = -1", "weight = -1", "elapsed_ms = 5",
      "key = NULL", "state = 'blocked'", "kind = 'film'", "failures = NULL", "attempt = 'one'",
      "state = 'leased', owner = 'w', lease_until_ms = 5",
      "state = 'leased', owner = 'w', lease_until_ms = 5, attempt = 1, fence = 0, started_ms = 1",
      "state = 'failed', ended_ms = 5, error_code = 'E_IO'",
      "state = 'done', ended_ms = 5, result = '{}', error_code = 'E_IO'",
    ])
  func impossible(change: String) async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1"]))
    let part = try await stage.queue.parts(of: film.id)[0]
    let error = await #expect(throws: StorageError.self) {
      try await stage.database.write {
        try $0.execute("UPDATE render_job SET \(change) WHERE id = :id", ["id": part.id])
      }
    }
    #expect(error?.kind == .constraint)
  }

  @Test("of a key there is one live job, and any number that have ended")
  func keys() async throws {
    let stage = try QueueStage()
    for _ in 0..<3 {
      let film = try await stage.add(.test("a", parts: ["s1"]))
      try await stage.queue.cancel(film.id)
    }
    let film = try await stage.add(.test("a", parts: ["s1"]))
    let error = await #expect(throws: StorageError.self) {
      try await stage.database.write {
        try $0.execute(
          "UPDATE render_job SET state = 'queued', ended_ms = NULL WHERE state = 'cancelled' AND key = 's1'"
        )
      }
    }
    #expect(error?.kind == .constraint)
    #expect(try await stage.queue.job(film.id).state == .blocked)
  }

  @Test("a part that a film needs cannot be deleted, nor can a film need what is not there")
  func references() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1"]))
    for change in [
      "DELETE FROM render_job WHERE kind = 'segment'",
      "INSERT INTO render_job_need (job_id, needs_id, position) VALUES ('\(film.id)', 'x', 1)",
      "INSERT INTO render_job_need (job_id, needs_id, position) VALUES ('\(film.id)', '\(film.id)', 1)",
    ] {
      let error = await #expect(throws: StorageError.self) {
        try await stage.database.write { try $0.execute(change) }
      }
      #expect(error?.kind == .constraint)
    }
  }
}

@Suite struct RetentionTests {
  @Test("parts outlive a film that failed until their results have been taken, then go too")
  func results() async throws {
    let stage = try QueueStage()
    let film = try await stage.add(.test("a", parts: ["s1", "s2"]))
    let first = try #require(try await stage.queue.claim(owner: "w"))
    try await stage.queue.finish(first, result: #"{"asset":"1"}"#)
    let second = try #require(try await stage.queue.claim(owner: "w"))
    try await stage.queue.fail(second, .test("E_MEDIA", isRetryable: false))
    // It might be tried again: what it has stays.
    #expect(try await stage.queue.takeSpentResults().isEmpty)
    stage.clock.advance(milliseconds: RenderQueue.retentionMS)
    #expect(try await stage.queue.prune() == 0)
    stage.clock.advance(milliseconds: 1)
    #expect(try await stage.queue.prune() == 2)
    await #expect(throws: QueueError.noSuchJob(film.id)) { try await stage.queue.job(film.id) }
    #expect(try await stage.queue.takeSpentResults() == [#"{"asset":"1"}"#])
    #expect(try await stage.queue.prune() == 1)
    #expect(try await stage.queue.counts().isEmpty)
  }

  @Test(
    "a part that a younger film needs stays, and a film that has not ended stays however old it is")
  func shared() async throws {
    let stage = try QueueStage()
    let old = try await stage.add(.test("old", parts: ["s1"]))
    let waiting = try await stage.add(.test("waiting", parts: ["s1"]))
    try await stage.queue.cancel(old.id)
    stage.clock.advance(milliseconds: RenderQueue.retentionMS + 1)
    #expect(try await stage.queue.prune() == 1)
    #expect(try await stage.queue.parts(of: waiting.id).map(\.state) == [.queued])
  }

  @Test("it goes in small batches")
  func batches() async throws {
    let stage = try QueueStage()
    for number in 0..<7 {
      try await stage.queue.cancel(try await stage.add(.test("\(number)", parts: [])).id)
    }
    stage.clock.advance(milliseconds: 1)
    let now = stage.clock.now
    #expect(try await stage.queue.prune(endedBefore: now, limit: 3) == 3)
    #expect(try await stage.queue.prune(endedBefore: now, limit: 3) == 3)
    #expect(try await stage.queue.prune(endedBefore: now, limit: 3) == 1)
    #expect(try await stage.queue.prune(endedBefore: now, limit: 3) == 0)
  }
}
