public import Media
public import SceneDocument
internal import Synchronization

/// Draws the frames of a film one after another, as they go into the encoder, and encodes nothing.
///
/// Comes from the same code as the film's own frames, so a picture from here is what the encoder is given.
public struct FrameWalk: Sendable {
  private let request: RenderRequest

  public init(_ request: RenderRequest) { self.request = request }

  /// Calls `body` with every frame of `frames` and gives what it gave, in order.
  ///
  /// - Parameters:
  ///   - frames: numbers of frames in the film; it must have them all.
  ///   - jobs: threads. Each takes a stretch of consecutive frames, and calls `body` in rising order.
  ///   - body: called on several threads at once. The canvas is its own.
  ///
  /// Throws what decoding throws, or `body`; cancelling the task ends it within a frame.
  public func map<Value: Sendable>(
    _ frames: Range<Int>, jobs: Int = 1,
    _ body: @escaping @Sendable (_ index: Int, _ canvas: Canvas) throws -> Value
  ) async throws -> [Value] {
    precondition(frames.lowerBound >= 0 && frames.upperBound <= request.timeline.frames)
    let interrupt = Interrupt()
    let stretches = Self.stretches(frames, jobs: jobs)
    let request = request
    return try await withTaskCancellationHandler {
      try await withThrowingTaskGroup(of: (Int, [Value]).self) { group in
        for (number, stretch) in stretches.enumerated() {
          group.addTask {
            try await blocking {
              let renderer = StillRenderer(request: request, interrupt: interrupt)
              return (
                number,
                try stretch.map { index in
                  try interrupt.check()
                  return try body(index, try renderer.canvas(at: index))
                }
              )
            }
          }
        }
        var results: [Int: [Value]] = [:]
        do {
          while let (number, values) = try await group.next() { results[number] = values }
        } catch {
          // The others end at their next frame; nobody waits for what they draw.
          interrupt.cancel()
          throw error
        }
        try Task.checkCancellation()
        return stretches.indices.flatMap { results[$0] ?? [] }
      }
    } onCancel: {
      interrupt.cancel()
    }
  }

  /// Equal parts of `frames`, at most one for each job and none empty.
  static func stretches(_ frames: Range<Int>, jobs: Int) -> [Range<Int>] {
    let parts = max(1, min(jobs, frames.count))
    return (0..<parts).map { part in
      frames.lowerBound + frames.count * part / parts..<frames.lowerBound + frames.count
        * (part + 1) / parts
    }.filter { !$0.isEmpty }
  }
}

extension PictureLayer {
  /// The canonical JSON of the layer: all that decides its pixels.
  public var canonicalJSON: JSONValue { json }
}

extension SoundClip {
  /// The canonical JSON of the clip: all that decides its samples, but for the asset's bytes.
  public var canonicalJSON: JSONValue { json }
}

extension SceneTransition {
  /// What decides how it looks, but for the two scenes.
  public var canonicalJSON: JSONValue {
    ["frames": .integer(frames), "kind": kind.json, "runs_on": .bool(runsOn)]
  }
}
