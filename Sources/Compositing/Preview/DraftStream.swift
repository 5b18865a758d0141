internal import Dispatch
internal import Foundation
internal import Media
internal import SceneDocument
internal import Synchronization

/// A film as an MP4 that plays while it is being made: quick encoding, from any frame on.
///
/// Pictures are those of the film, made half as wide and high. One thread works a few fragments ahead of who takes
/// them, and stops there until they are taken; it ends with the stream.
public final class DraftStream: Sendable {
  private let pieces = DraftPieces()

  /// - Parameters:
  ///   - sound: the mix of the same programme; nil plays without sound.
  ///   - first: the frame of the film that is shown at time 0 of the stream.
  public init(_ request: RenderRequest, sound: MixedSound?, from first: Int) {
    let production = DraftProduction(
      request: request, sound: sound,
      first: min(max(first, 0), max(request.timeline.frames - 1, 0)), pieces: pieces)
    let thread = Thread { production.run() }
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { pieces.cancel() }

  /// `video/mp4` with the codecs' names, once `next()` gave the header.
  public var contentType: String { pieces.contentType }

  /// The header, then fragment after fragment; nil after the last. One caller at a time.
  ///
  /// Throws `MediaError` when a file cannot be decoded, or after `cancel()`.
  public func next() async throws -> [UInt8]? { try await pieces.next() }

  /// Ends the work within a frame.
  public func cancel() { pieces.cancel() }
}

/// What is handed from the thread that makes it to the one who takes it, a bounded number ahead.
final class DraftPieces: Sendable {
  let interrupt = Interrupt()
  /// Pieces that may be made before one is taken. Begins at 0: a semaphore that is let go of below the number it
  /// began with ends the process.
  private let room = DispatchSemaphore(value: 0)
  private let state = Mutex(State())

  private struct State {
    var pieces: [[UInt8]] = []
    var waiting: CheckedContinuation<[UInt8]?, any Error>?
    var end: Result<[UInt8]?, any Error>?
    var contentType = "video/mp4"
  }

  init() { for _ in 0..<8 { room.signal() } }

  var contentType: String {
    get { state.withLock { $0.contentType } }
    set { state.withLock { $0.contentType = newValue } }
  }

  func next() async throws -> [UInt8]? {
    let bytes = try await withCheckedThrowingContinuation { continuation in
      let ready = state.withLock { state -> Result<[UInt8]?, any Error>? in
        if !state.pieces.isEmpty { return .success(state.pieces.removeFirst()) }
        if state.end == nil { state.waiting = continuation }
        return state.end
      }
      if let ready { continuation.resume(with: ready) }
    }
    room.signal()
    return bytes
  }

  func cancel() {
    interrupt.cancel()
    room.signal()
  }

  /// Waits until there is room. Throws after `cancel()`.
  func put(_ bytes: [UInt8]) throws {
    if bytes.isEmpty { return }
    room.wait()
    try interrupt.check()
    let waiting = state.withLock { state in
      if state.waiting == nil { state.pieces.append(bytes) }
      return state.waiting.take()
    }
    waiting?.resume(returning: bytes)
  }

  /// Nothing follows.
  func end(_ result: Result<[UInt8]?, any Error>) {
    let waiting = state.withLock { state in
      state.end = result
      return state.waiting.take()
    }
    waiting?.resume(with: result)
  }
}
