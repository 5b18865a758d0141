import Foundation
import HTTPTypes
import SceneDocument
import Storage
import TestSupport
import Testing
import Workflows

@testable import NodeServer

@Suite struct IdempotencyTests {
  private static let key = [("Idempotency-Key", "key-1")]
  private static let event = "{\"name\":\"test/a\",\"data\":{\"n\":1}}"

  private static func count(_ client: TestClient) async throws -> Int? {
    try await client.get("/api/v1/events").json["items"]?.count
  }

  @Test("the same request with the same key has one effect and one answer")
  func once() async throws {
    try await TestNode().serving { client in
      let first = try await client.post("/api/v1/events", Self.event, Self.key)
      let again = try await client.post("/api/v1/events", Self.event, Self.key)
      #expect(first.status == 201 && again.status == 201)
      #expect(first.body == again.body)
      #expect(first.header("idempotency-replayed") == nil)
      #expect(again.header("idempotency-replayed") == "true")
      #expect(again.header("content-type") == "application/json")
      #expect(try await Self.count(client) == 1)
      for (path, body) in [
        ("/api/v1/events", "{\"name\":\"b\"}"), ("/api/v1/events?x=1", Self.event),
      ] {
        #expect(try await client.post(path, body, Self.key).status == 422)
      }
      for bad in ["", "a b", "ü", String(repeating: "k", count: 256)] {
        let answer = try await client.post(
          "/api/v1/events", Self.event, [("Idempotency-Key", bad)])
        #expect(answer.status == 400)
      }
      #expect(try await Self.count(client) == 1)
    }
  }

  @Test("an answer survives a restart, errors that are final too, and others are tried again")
  func restart() async throws {
    let folder = try TempFolder()
    let bad = [("Idempotency-Key", "key-2")]
    let ids = try await TestNode(in: folder).serving { client in
      #expect(try await client.post("/api/v1/events", "{}", bad).status == 422)
      return try await client.post("/api/v1/events", Self.event, Self.key).body
    }
    try await TestNode(in: folder).serving { client in
      let again = try await client.post("/api/v1/events", Self.event, Self.key)
      #expect(again.body == ids)
      let refused = try await client.post("/api/v1/events", "{}", bad)
      #expect(refused.status == 422)
      #expect(refused.header("idempotency-replayed") == "true")
      #expect(refused.header("content-type") == "application/problem+json")
      #expect(try await Self.count(client) == 1)
    }
  }

  @Test("requests at the same time with one key have one effect")
  func race() async throws {
    try await TestNode().serving { client in
      let answers = try await withThrowingTaskGroup(of: TestClient.Answer.self) { group in
        for _ in 0..<12 {
          group.addTask { try await client.post("/api/v1/events", Self.event, Self.key) }
        }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(answers.contains { $0.status == 201 })
      #expect(answers.allSatisfy { $0.status == 201 || $0.status == 409 })
      #expect(Set(answers.filter { $0.status == 201 }.map(\.text)).count == 1)
      #expect(try await Self.count(client) == 1)
    }
  }

  @Test("the key of a process that died is taken over, that of one that lives is not")
  func takenOver() async throws {
    let node = try TestNode()
    var store = IdempotencyStore(database: node.database, clock: SystemClock())
    store.owner = "\(ProcessMark.own.text.prefix { $0 != ":" }):4194305:1"
    guard case .claimed(let dead) = try await store.claim("k", "print") else {
      Issue.record("a new key is not claimed")
      return
    }
    let own = IdempotencyStore(database: node.database, clock: SystemClock())
    guard case .claimed(let claim) = try await own.claim("k", "print") else {
      Issue.record("the key of a dead process is not taken over")
      return
    }
    #expect(claim.number == 2)
    guard case .busy = try await own.claim("k", "print") else {
      Issue.record("a key is taken from a process that lives")
      return
    }
    // The dead one is not dead after all: what it does in one transaction with its answer is not kept.
    await #expect(throws: Problem.self) {
      try await node.database.write { db in
        try dead.note(status: .ok, headers: [:], body: [1], in: db)
      }
    }
  }
}
