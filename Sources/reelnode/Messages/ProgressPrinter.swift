internal import ArgumentParser
internal import Compositing
internal import SceneDocument
internal import Synchronization

/// How progress is shown.
enum ProgressStyle: String, ExpressibleByArgument, CaseIterable {
  /// A line that changes on a terminal, plain lines elsewhere.
  case auto
  /// One line for every 5 % or 5 s.
  case plain
  /// One JSON value a line, on standard error.
  case json
}

/// Shows how far a render is. Called from several threads; what is shown never goes back.
final class ProgressPrinter: Sendable {
  private enum Form { case live, plain, json }

  private struct Shown {
    var frames = -1
    var state: RenderProgress.State?
    var fraction = 0.0
    var at: ContinuousClock.Instant?
  }

  private let console: Console
  private let form: Form
  private let shown = Mutex(Shown())

  init(_ console: Console, style: ProgressStyle) {
    self.console = console
    form =
      switch style {
      case .auto: console.isTerminal ? .live : .plain
      case .plain: .plain
      case .json: .json
      }
  }

  /// Before there are frames to count.
  func begin(_ state: RenderProgress.State) {
    if form == .live { console.show(Self.words(state)) }
  }

  func show(_ progress: RenderProgress) {
    // Held while writing, so that two threads' lines keep their order.
    shown.withLock { shown in
      let isNewState = progress.state != shown.state
      // Threads may report in another order than they counted in.
      if progress.framesDone < shown.frames { return }
      if let last = shown.state, isNewState, progress.state.order < last.order { return }
      shown.frames = progress.framesDone
      shown.state = progress.state
      switch form {
      case .live: console.show(Self.line(progress))
      case .json: console.say(progress.json.compactText)
      case .plain:
        let now = ContinuousClock.now
        let isDue =
          progress.fraction >= shown.fraction + 0.05
          || shown.at.map { now - $0 >= .seconds(5) } ?? true
          || (progress.framesDone == progress.framesTotal && shown.fraction < 1)
        guard isDue || (isNewState && progress.state == .verifying) else { return }
        (shown.fraction, shown.at) = (progress.fraction, now)
        console.say(Self.line(progress))
      }
    }
  }

  func end() { console.clear() }

  // MARK: Text

  private static func words(_ state: RenderProgress.State) -> String {
    switch state {
    case .probing: "reading the files …"
    case .joining: "joining"
    case .verifying: "verifying"
    default: "rendering"
    }
  }

  /// `rendering  42 %  126/300 frames  58.3 fps  0:03 left`
  private static func line(_ progress: RenderProgress) -> String {
    let percent = String(Int(progress.fraction * 100))
    let pad = String(repeating: " ", count: max(0, 3 - percent.count))
    var parts = [
      "\(words(progress.state)) \(pad)\(percent) %",
      "\(progress.framesDone)/\(progress.framesTotal) frames",
    ]
    if progress.state == .rendering, progress.framesPerSecond > 0 {
      parts.append("\(progress.framesPerSecond.text(decimals: 1)) fps")
      if let left = progress.secondsLeft, left > 0 {
        parts.append("\(left.rounded(.up).clockText) left")
      }
    }
    return parts.joined(separator: "  ")
  }
}

extension RenderProgress {
  fileprivate var json: JSONValue {
    [
      "state": .string(state.rawValue), "fraction": .number((fraction * 1000).rounded() / 1000),
      "frames_done": .integer(framesDone), "frames_total": .integer(framesTotal),
      "frames_reused": .integer(framesReused),
      "fps": .number((framesPerSecond * 10).rounded() / 10),
      "seconds_left": secondsLeft.map { .number(($0 * 10).rounded() / 10) } ?? .null,
    ]
  }
}

extension RenderProgress.State {
  /// States follow one another in this order.
  fileprivate var order: Int {
    switch self {
    case .queued: 0
    case .probing: 1
    case .rendering: 2
    case .joining: 3
    case .verifying: 4
    case .done, .doneWithWarnings, .failed, .cancelled: 5
    }
  }
}
