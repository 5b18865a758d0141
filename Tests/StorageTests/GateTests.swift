import Foundation
import Synchronization
import Testing

@testable import Storage

@Suite struct GateTests {
  private let path = NSTemporaryDirectory() + "gate-\(UUID().uuidString).lock"

  @Test("those who wait enter in the order in which they came, and who has left comes last")
  func order() async throws {
    let entered = Mutex<[Int]>([])
    let first = try Gate(path: path)
    let others = try (1...5).map { _ in try Gate(path: path) }
    let threads = DispatchGroup()
    try first.hold {
      for (number, gate) in others.enumerated() {
        let before = number + 2
        DispatchQueue(label: "gate \(number)").async(group: threads) {
          try? gate.hold { entered.withLock { $0.append(number) } }
        }
        while lastNumber < before + 1 { sched_yield() }
      }
    }
    try first.hold { entered.withLock { $0.append(9) } }
    await withCheckedContinuation { done in threads.notify(queue: .global()) { done.resume() } }
    #expect(entered.withLock { $0 } == [0, 1, 2, 3, 4, 9])
  }

  @Test("an error inside leaves the gate open", arguments: [1, 3])
  func errors(times: Int) throws {
    let (gate, other) = (try Gate(path: path), try Gate(path: path))
    for _ in 0..<times {
      #expect(throws: CancellationError.self) { try gate.hold { throw CancellationError() } }
    }
    #expect(try other.hold { 7 } == 7)
  }

  @Test(
    "whatever stands in the file, one enters",
    arguments: [
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F], [0xFF], [], [0, 0, 0, 0, 0, 0, 0, 0x80],
    ])
  func damage(bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let gate = try Gate(path: path)
    #expect(try gate.hold { 1 } == 1)
    #expect(try Gate(path: path).hold { 2 } == 2)
  }

  /// What stands in the file: the number of the one who came last.
  private var lastNumber: Int {
    let bytes = FileManager.default.contents(atPath: path) ?? Data()
    return bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
  }
}
