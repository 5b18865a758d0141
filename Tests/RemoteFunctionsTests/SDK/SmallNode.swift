import Foundation
import Storage
import Synchronization
import TestServers

@testable import RemoteFunctions
@testable import Workflows

/// The routes that apps use, over HTTP; whose engine it is may change, as when a process begins again.
final class SmallNode: Sendable {
  private let current = Mutex<(engine: Engine, remote: RemoteApps)?>(nil)

  var engine: Engine? { current.withLock { $0?.engine } }
  var remote: RemoteApps? { current.withLock { $0?.remote } }

  func use(_ engine: Engine, _ remote: RemoteApps) {
    current.withLock { $0 = (engine, remote) }
  }

  func serving<Value: Sendable>(
    _ body: @escaping @Sendable (String) async throws -> Value
  ) async throws -> Value {
    try await withPlainServer({ try await self.answer($0) }, body)
  }

  private func answer(_ request: TestRequest) async throws -> PlainAnswer {
    guard let (engine, remote) = current.withLock({ $0 }) else { return PlainAnswer(status: 503) }
    let parts = request.path.split(separator: "/").map(String.init)
    let reading = ReadingAPI(engine: engine, clock: SystemClock()) { _ in nil }
    let answer: IntakeAnswer
    switch (request.method, parts.first, parts.count) {
    case ("POST", "fn", 2):
      let api = RegistrationAPI(keys: nil, serverKind: "dev") { registration in
        try await remote.register(registration).json
      }
      answer = try await api.receive(body: request.body)
    case ("POST", "e", 2):
      answer = try await EventAPI(engine: engine).receive(
        key: parts[1], seed: request.header("x-inngest-event-id-seed"), body: request.body)
    case ("GET", "v0", 4) where parts[3] == "actions":
      answer = try await reading.actions(ofRun: parts[2])
    case ("GET", "v0", 4): answer = try await reading.batch(ofRun: parts[2])
    default: return PlainAnswer(status: 404)
    }
    return PlainAnswer(
      status: answer.status, headers: answer.headers.map { ($0.name, $0.value) },
      body: answer.body)
  }
}

/// A folder that goes with its owner.
final class RemoteScratch: Sendable {
  private let folder = NSTemporaryDirectory() + "remote-tests-" + UUID().uuidString

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func database() throws -> SQLiteDatabase {
    try SQLiteDatabase(
      path: folder + "/test.db", migrations: [Engine.migrations, RemoteApps.migrations])
  }
}
