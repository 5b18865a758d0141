internal import Dispatch
internal import Foundation
internal import Media
internal import SceneDocument

/// Draws single frames of films as picture files, a few at a time, each on a thread of its own so that servers go on
/// answering meanwhile.
public actor StillPainter {
  public enum Format: String, Sendable { case png, jpeg }

  private struct Waiting {
    var number: Int
    var place: CheckedContinuation<Void, any Error>
  }

  private var free: Int
  private var waiting: [Waiting] = []
  private var last = 0

  /// - Parameter limit: pictures drawn at the same time; further ones wait in order.
  public init(limit: Int = 2) { free = max(1, limit) }

  /// A picture file of frame `index`, scaled down where the film is wider than `width`.
  ///
  /// Cancelling the task ends the drawing, or the waiting for it. Throws `MediaError` or `CancellationError`.
  public func picture(
    of request: RenderRequest, frame index: Int, width: Int? = nil, format: Format
  ) async throws -> [UInt8] {
    try await take()
    defer { release() }
    let interrupt = Interrupt()
    return try await withTaskCancellationHandler {
      try Task.checkCancellation()
      return try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .userInitiated).async {
          let result = Result {
            try Self.draw(request, index, width, format, interrupt)
          }
          continuation.resume(
            with: interrupt.isCancelled ? .failure(CancellationError()) : result)
        }
      }
    } onCancel: {
      interrupt.cancel()
    }
  }

  private static func draw(
    _ request: RenderRequest, _ index: Int, _ width: Int?, _ format: Format, _ interrupt: Interrupt
  ) throws -> [UInt8] {
    if interrupt.isCancelled { throw CancellationError() }
    let canvas = try PreviewRenderer(request, interrupt: interrupt).canvas(at: index)
    let width = min(width ?? canvas.width, canvas.width)
    if format == .jpeg { return try QuickJPEG().encode(canvas, width: width, quality: 4) }
    if width == canvas.width { return try canvas.encoded(as: .png) }
    // Planes of colours have half the size.
    let even = max(2, width / 2 * 2)
    let height = max(2, (canvas.height * even / canvas.width + 1) / 2 * 2)
    return try canvas.resized(width: even, height: height).encoded(as: .png)
  }

  // MARK: Places

  private func take() async throws {
    if free > 0 {
      free -= 1
      return
    }
    last += 1
    let number = last
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (place: CheckedContinuation<Void, any Error>) in
        if Task.isCancelled {
          place.resume(throwing: CancellationError())
        } else {
          waiting.append(Waiting(number: number, place: place))
        }
      }
    } onCancel: {
      Task { await self.forget(number) }
    }
  }

  private func forget(_ number: Int) {
    guard let index = waiting.firstIndex(where: { $0.number == number }) else { return }
    waiting.remove(at: index).place.resume(throwing: CancellationError())
  }

  private func release() {
    if waiting.isEmpty {
      free += 1
    } else {
      waiting.removeFirst().place.resume()
    }
  }
}
