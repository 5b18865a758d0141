import Storage
import Testing

@testable import Workflows

@Suite struct OutboxTests {
  private struct Refused: Error {}

  @Test("a run is cancelled with the caller's own records, or not at all")
  func cancels() async throws {
    let function = WorkflowFunction("work", on: Job.self) { _, step in
      try await step.sleep("nap", for: .seconds(3_600))
    }
    let node = try await TestEngine([function])
    try await node.send(Job(number: 1))
    try await node.settle()
    let (engine, id) = (node.engine, try #require(try await node.runs().first).id)
    await #expect(throws: Refused.self) {
      try await node.database.write { db in
        #expect(try engine.cancel(run: id, reason: "for a test", in: db))
        throw Refused()
      }
    }
    #expect(try await node.states() == [.sleeping])
    let report = try await node.database.write { db in
      #expect(try engine.cancel(run: id, reason: "for a test", in: db))
      #expect(try !engine.cancel(run: id, reason: "again", in: db))
      return try engine.report(ofRun: id, in: db)
    }
    #expect(report?.detail.run.state == .cancelled)
    #expect(report?.detail.run.cancelReason == "for a test")
    #expect(report?.standing.reasons == [.ended(.cancelled)])
    // Its task hears of it when the transaction is on the disk.
    try await node.finish()
    #expect(try await node.states() == [.cancelled])
  }
}
