import Foundation
import Synchronization
import WebClient

/// Sends events to a node that is killed meanwhile, as somebody would who repeats what was not answered.
final class ServeLoad: Sendable {
  /// An event that the node has answered with 200.
  struct Sent: Sendable {
    var function: String
    var number: Int
    /// Of the node's.
    var eventID: String

    /// It has an id of its sender's.
    var isRepeatable: Bool { !number.isMultiple(of: 3) }
  }

  static let functions = ["chain", "rest", "fan", "ask", "call", "stumble", "fail", "late"]

  private struct State {
    var sent: [Sent] = []
    var isStopped = false
    var generator: SeededGenerator
  }

  private let state: Mutex<State>
  private let client = WebClient()

  init(seed: UInt64) { state = Mutex(State(generator: SeededGenerator(seed: seed))) }

  var sent: [Sent] { state.withLock { $0.sent } }
  func stop() { state.withLock { $0.isStopped = true } }
  private var isStopped: Bool { state.withLock { $0.isStopped } }

  /// Returns when it was stopped and the last event has been answered, or given up after that.
  func run(to address: String, rate: Double) async {
    await withDiscardingTaskGroup { group in
      var number = 0
      while !isStopped {
        number += 1
        let n = number
        group.addTask { await self.send(n, to: address) }
        try? await Task.sleep(for: .seconds(1 / rate))
      }
    }
  }

  private func send(_ number: Int, to address: String) async {
    let function = state.withLock { state in
      // All of them come first, so that a short form has seen each.
      number <= Self.functions.count
        ? Self.functions[number - 1] : Self.functions.randomElement(using: &state.generator)!
    }
    // Two of three have an id, with which they may be repeated; the others are sent once.
    let id = number.isMultiple(of: 3) ? "" : "\"id\":\"event-\(number)\","
    let body = "{\"name\":\"chaos/\(function)\",\(id)\"data\":{\"n\":\(number)}}"
    let request = WebRequest(
      .post, address + "/e/chaos", headers: [("content-type", "application/json")],
      body: .bytes(Array(body.utf8)), timeout: .seconds(30))
    let end = ContinuousClock.now + .seconds(900)
    while ContinuousClock.now < end {
      if let reply = try? await client.send(request), reply.status == 200 {
        let text = String(decoding: reply.body, as: UTF8.self)
        guard let eventID = text.firstMatch(of: /"ids":\["([0-9A-Z]+)"\]/).map({ String($0.1) })
        else { continue }
        let sent = Sent(function: function, number: number, eventID: eventID)
        return state.withLock { $0.sent.append(sent) }
      }
      if id.isEmpty { return }
      try? await Task.sleep(for: .milliseconds(100))
    }
  }
}
