import Foundation
import Storage
import Testing

@testable import Workflows

struct Greeting: WorkflowEvent, Equatable {
  static let name = "greeting/sent"
  var name: String
}

@Suite struct EngineTests {
  @Test("a function runs for its event")
  func simple() async throws {
    let folder = NSTemporaryDirectory() + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let database = try SQLiteDatabase(path: folder + "/a.db", migrations: [Engine.migrations])
    let function = WorkflowFunction("greet", on: Greeting.self) { event, step in
      let text = try await step.run("text") { "hello " + event.name }
      try await step.sleep("nap", for: .milliseconds(50))
      return try await step.run("loud") { text.uppercased() }
    }
    let engine = try Engine(database: database, functions: [function])
    let task = Task { try await engine.run() }
    try await engine.send(Greeting(name: "you"))
    for _ in 0..<500 {
      let row = try await database.read { try $0.row("SELECT state, output FROM workflow_run") }
      if try row?.get("state") == "completed" {
        #expect(try row?.get("output") == "\"HELLO YOU\"")
        task.cancel()
        try await task.value
        return
      }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("did not end")
  }
}
