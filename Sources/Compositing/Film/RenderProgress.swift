internal import Synchronization

/// How far a render is. Monotonic: no later value is lower.
public struct RenderProgress: Sendable, Hashable {
  public enum State: String, Sendable, Codable {
    case queued, probing, rendering, joining, verifying, done, failed, cancelled
    case doneWithWarnings = "done_with_warnings"
  }

  public var state: State
  public var framesDone: Int
  public var framesTotal: Int
  /// Frames that were taken from the cache.
  public var framesReused: Int
  /// Rendered frames a second since the render began.
  public var framesPerSecond: Double
  /// Seconds; nil until there is something to judge by.
  public var secondsLeft: Double?

  public var fraction: Double { framesTotal == 0 ? 0 : Double(framesDone) / Double(framesTotal) }
}

/// Counts frames from several threads and passes on a picture of it now and then.
final class ProgressCounter: Sendable {
  private struct State {
    var done = 0
    var rendered = 0
    var reported: ContinuousClock.Instant?
    var phase = RenderProgress.State.rendering
  }

  private let state = Mutex(State())
  private let total: Int
  private let reused: Int
  private let began = ContinuousClock.now
  private let report: @Sendable (RenderProgress) -> Void

  init(total: Int, reused: Int, report: @escaping @Sendable (RenderProgress) -> Void) {
    (self.total, self.reused, self.report) = (total, reused, report)
    state.withLock { $0.done = reused }
  }

  func advance(by frames: Int) {
    let now = ContinuousClock.now
    let progress: RenderProgress? = state.withLock { state in
      state.done += frames
      state.rendered += frames
      // Ten times a second is enough for a person and costs nothing.
      if let reported = state.reported, now - reported < .milliseconds(100), state.done < total {
        return nil
      }
      state.reported = now
      return picture(state, now)
    }
    if let progress { report(progress) }
  }

  func enter(_ phase: RenderProgress.State) {
    let progress = state.withLock { state in
      state.phase = phase
      return picture(state, .now)
    }
    report(progress)
  }

  private func picture(_ state: State, _ now: ContinuousClock.Instant) -> RenderProgress {
    let seconds = (now - began).seconds
    let rate = seconds > 0 ? Double(state.rendered) / seconds : 0
    let left = rate > 0 && state.rendered > 0 ? Double(total - state.done) / rate : nil
    return RenderProgress(
      state: state.phase, framesDone: min(state.done, total), framesTotal: total,
      framesReused: reused,
      framesPerSecond: rate, secondsLeft: left)
  }
}
