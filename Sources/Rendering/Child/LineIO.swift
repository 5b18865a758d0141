internal import Foundation
internal import Synchronization

/// Lines of JSON on the standard streams, from several threads.
final class LineIO: Sendable {
  private let lock = Mutex(())
  private let encoder = JSONEncoder()

  func say(_ reply: ChildReply) {
    guard var line = try? encoder.encode(reply) else { return }
    line.append(UInt8(ascii: "\n"))
    lock.withLock { _ in
      // Nobody listens any more: the end of the input will end the process.
      try? FileHandle.standardOutput.write(contentsOf: line)
    }
  }

  /// Calls `hear` for each request until the input ends; blocks.
  func listen(_ hear: (ChildRequest) -> Void) {
    var rest = Data()
    let decoder = JSONDecoder()
    while true {
      let piece = FileHandle.standardInput.availableData
      if piece.isEmpty { return }
      rest.append(piece)
      while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
        let line = rest[rest.startIndex..<end]
        rest = Data(rest[(end + 1)...])
        if let request = try? decoder.decode(ChildRequest.self, from: Data(line)) { hear(request) }
      }
    }
  }
}

/// Waits on this thread, which must not be one of Swift's pool, for something asynchronous.
func waiting<Value: Sendable>(
  for body: @escaping @Sendable () async throws -> Value
) throws -> Value {
  let bell = DispatchSemaphore(value: 0)
  let answer = Mutex<Result<Value, any Error>?>(nil)
  Task {
    let result: Result<Value, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    answer.withLock { $0 = result }
    bell.signal()
  }
  bell.wait()
  guard let result = answer.withLock({ $0 }) else { throw CancellationError() }
  return try result.get()
}
