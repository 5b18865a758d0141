import Foundation
import Storage
import Testing

@testable import Jobs

/// Films whose parts become known one after the other.
@Suite struct GrowingFilmTests {
  private let desk: Desk

  init() throws { desk = try Desk() }

  @Test("parts are worked on before the film is closed, and the film waits until it is")
  func grows() async throws {
    let queue = desk.queue
    try await desk.write { _ = try queue.open(desk.film([]), id: Self.id, in: $0) }
    try await desk.write { try queue.extend(Self.id, with: desk.film(["a"]), in: $0) }
    try await desk.work("a")
    #expect(try await queue.job(Self.id).state == .blocked)
    #expect(try await queue.job(Self.id).isOpen)
    #expect(try await queue.claim(owner: "w") == nil)
    try await desk.write {
      _ = try queue.close(Self.id, as: desk.film(["b"], payload: "whole"), in: $0)
    }
    #expect(try await queue.job(Self.id).state == .blocked)
    try await desk.work("b")
    #expect(try await queue.job(Self.id).state == .queued)
    let lease = try #require(try await queue.claim(owner: "w"))
    #expect(lease.id == Self.id)
    #expect(lease.job.payload == "whole")
  }

  @Test("a film that is closed with all its parts done is queued at once")
  func closedLast() async throws {
    let queue = desk.queue
    try await desk.write { _ = try queue.open(desk.film([]), id: Self.id, in: $0) }
    try await desk.write { try queue.extend(Self.id, with: desk.film(["a"]), in: $0) }
    try await desk.work("a")
    try await desk.write { _ = try queue.close(Self.id, as: desk.film([]), in: $0) }
    #expect(try await queue.job(Self.id).state == .queued)
  }

  @Test("each call may be repeated, also after the next one was made")
  func repeated() async throws {
    let queue = desk.queue
    for _ in 1...2 {
      try await desk.write { _ = try queue.open(desk.film([]), id: Self.id, in: $0) }
      try await desk.write { try queue.extend(Self.id, with: desk.film(["a"]), in: $0) }
    }
    for _ in 1...2 {
      try await desk.write { _ = try queue.close(Self.id, as: desk.film(["a", "b"]), in: $0) }
      try await desk.write { _ = try queue.open(desk.film([]), id: Self.id, in: $0) }
      try await desk.write { try queue.extend(Self.id, with: desk.film(["a"]), in: $0) }
    }
    #expect(try await queue.parts(of: Self.id).map(\.key) == ["a", "b"])
    #expect(try await !queue.job(Self.id).isOpen)
  }

  @Test("a part that fails fails the open film; it can be neither extended nor closed then")
  func failed() async throws {
    let queue = desk.queue
    try await desk.write { _ = try queue.open(desk.film([]), id: Self.id, in: $0) }
    try await desk.write { try queue.extend(Self.id, with: desk.film(["a"]), in: $0) }
    let lease = try #require(try await queue.claim(owner: "w"))
    try await queue.fail(lease, JobFailure(code: "E_X", message: "no", isRetryable: false))
    #expect(try await queue.job(Self.id).state == .failed)
    await #expect(throws: QueueError.self) {
      try await desk.write { try queue.extend(Self.id, with: desk.film(["b"]), in: $0) }
    }
    await #expect(throws: QueueError.self) {
      try await desk.write { _ = try queue.close(Self.id, as: desk.film(["b"]), in: $0) }
    }
    // Tried again, it is still to be closed.
    try await queue.retry(Self.id)
    #expect(try await queue.job(Self.id).isOpen)
    try await desk.work("a")
    #expect(try await queue.job(Self.id).state == .blocked)
  }

  @Test("an abandoned film takes its parts with it, unless another one needs them")
  func abandoned() async throws {
    let queue = desk.queue
    try await desk.write { _ = try queue.open(desk.film([]), id: Self.id, in: $0) }
    try await desk.write { try queue.extend(Self.id, with: desk.film(["a", "b"]), in: $0) }
    let other = try await queue.add(desk.film(["b"]))
    try await desk.write { try queue.abandon(Self.id, in: $0) }
    try await desk.write { try queue.abandon(Self.id, in: $0) }
    #expect(try await queue.job(Self.id).state == .cancelled)
    try await desk.work("b")
    #expect(try await queue.job(other.id).state == .queued)
    #expect(try await queue.list(states: [.queued]).map(\.id) == [other.id])
  }

  private static let id = "01KDVDQCD0VHA4AXK2AMY1TW8C"

  /// A queue of its own, and films that are names of parts.
  struct Desk: Sendable {
    let queue: RenderQueue
    let database: SQLiteDatabase

    init() throws {
      let path = NSTemporaryDirectory() + "growing-\(UUID().uuidString).db"
      database = try SQLiteDatabase(path: path, migrations: [RenderQueue.migrations])
      queue = RenderQueue(database: database)
    }

    func film(_ keys: [String], payload: String = "part") -> NewFilm {
      NewFilm(
        label: "film", payload: payload, frames: 10, weight: 1,
        assets: [],
        parts: keys.map {
          NewFilm.Part(
            kind: .segment, key: $0, label: $0, payload: "part", frames: 5, weight: 1, assets: [])
        })
    }

    func write(_ body: @escaping @Sendable (any Connection) throws -> Void) async throws {
      try await database.write { try body($0) }
    }

    /// Does the segment that is next, which must be `key`.
    func work(_ key: String) async throws {
      let lease = try #require(try await queue.claim(owner: "w", kinds: [.segment]))
      #expect(lease.job.key == key)
      try await queue.finish(lease, result: #"{"asset":"x"}"#)
    }
  }
}
