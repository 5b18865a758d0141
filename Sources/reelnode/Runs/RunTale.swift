internal import SceneDocument
internal import Workflows

/// Tells line by line what happens in a run, where a picture cannot be drawn anew.
struct RunTale {
  let console: Console
  private var told: [String: String] = [:]
  private var lastState: Run.State?

  init(console: Console) { self.console = console }

  mutating func tell(_ detail: RunDetail) {
    if console.json {
      console.print(detail.json.compactText + "\n")
      return
    }
    let now = currentMilliseconds
    for lane in RunTimeline(detail, now: now).steps(of: detail) {
      let news = "\(lane.step.state.rawValue) \(lane.step.attempt)"
      guard told[lane.step.place] != news else { continue }
      told[lane.step.place] = news
      console.say("  \(lane.step.name)  \(lane.step.state.rawValue)  \(lane.note)")
    }
    guard detail.run.state != lastState else { return }
    lastState = detail.run.state
    console.say("\(detail.run.shortID)  \(detail.run.functionID)  \(detail.run.state.rawValue)")
    if let error = detail.run.error, detail.run.state == .failed {
      console.say("  \(error.name): \(error.message)")
    }
  }
}

/// The same for all of the newest runs: a line for each new state.
struct RunsTale {
  let console: Console
  private var told: [String: Run.State] = [:]

  init(console: Console) { self.console = console }

  mutating func tell(_ runs: [Run]) {
    for run in runs.reversed() where told[run.id] != run.state {
      told[run.id] = run.state
      if console.json {
        console.print(run.json.compactText + "\n")
      } else {
        console.say("\(run.shortID)  \(run.functionID)  \(run.state.rawValue)")
      }
    }
  }
}

extension RunTimeline {
  /// The steps of the journal with what stands behind their bars.
  func steps(of detail: RunDetail) -> [(step: StepRecord, note: String)] {
    zip(detail.steps, lanes.suffix(detail.steps.count)).map { ($0, $1.note) }
  }
}
