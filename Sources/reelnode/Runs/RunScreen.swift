internal import Foundation
internal import Workflows

/// One run for people: who it is, how it stands, its timeline, its end.
struct RunScreen {
  var detail: RunDetail
  var now: Int64

  private var run: Run { detail.run }
  private var time: TimeText { TimeText(now: now) }

  func lines(on terminal: Terminal, lanes: Int = .max) -> [String] {
    let drawing = TimelineDrawing(
      width: terminal.columns, isUnicode: terminal.isUnicode, usesColour: terminal.usesColour,
      maximumLanes: lanes)
    let head = self.head.map {
      TerminalText.cut($0, to: terminal.columns, ellipsis: terminal.isUnicode ? "…" : "..")
    }
    let lines = head + [""] + drawing.lines(RunTimeline(detail, now: now)) + end
    return terminal.isUnicode ? lines : lines.map(\.ascii)
  }

  private var head: [String] {
    var lines = ["\(run.functionID)  \(state)  \(run.id)"]
    if let event = detail.events.first {
      let more = detail.events.count > 1 ? " and \(detail.events.count - 1) more" : ""
      lines.append(
        "event \(event.name) \(event.visibleID)\(more), \(time.clockAndDistance(run.createdAt))")
    }
    if let parent = run.parent { lines.append("invoked by run \(parent.runID)") }
    if let origin = run.replayOf { lines.append("replay of run \(origin)") }
    if let node = run.owner, run.state == .running { lines.append("on node \(node)") }
    return lines
  }

  private var state: String {
    guard let end = run.endedAt else { return run.isHeld ? "held" : run.state.rawValue }
    let length = TimeText.rough(end - (run.startedAt ?? run.createdAt))
    return "\(run.state.rawValue) in \(length)"
  }

  /// What it gave, or the errors of each attempt.
  private var end: [String] {
    var lines: [String] = []
    for step in detail.steps where !step.failures.isEmpty {
      for failure in step.failures {
        let text = "\(failure.error.name): \(failure.error.message)"
        lines.append(
          "\(step.name), attempt \(failure.attempt), \(time.clock(failure.at)): "
            + text.replacing("\n", with: "\n  "))
      }
    }
    switch run.state {
    case .completed:
      if let output = run.output, output != "null" { lines.append("output \(output)") }
    case .cancelled: lines.append("cancelled: \(run.cancelReason ?? "")")
    case .failed:
      // What the last attempt of a step said need not be said twice.
      let last = detail.steps.last { $0.state == .failed }
      let error = run.error == last?.error ? nil : run.error.map { "\($0.name): \($0.message)" }
      lines.append(
        error.map { "failed: " + $0.replacing("\n", with: "\n  ") }
          ?? "failed in step '\(last?.name ?? "")'")
    default: break
    }
    return lines.isEmpty ? [] : [""] + lines
  }
}

/// Several runs as a table.
struct RunTable {
  var runs: [Run]
  var now: Int64

  func lines(on terminal: Terminal) -> [String] {
    let functions = min(32, runs.map { TerminalText.columns($0.functionID) }.max() ?? 0)
    let lines = runs.map { run in
      let name = TerminalText.padded(TerminalText.cut(run.functionID, to: functions), to: functions)
      let state = TerminalText.padded(run.isHeld ? "held" : run.state.rawValue, to: 9)
      let line = "\(run.shortID)  \(name)  \(state)  \(detail(run))"
      return TerminalText.cut(line, to: terminal.columns)
    }
    return terminal.isUnicode ? lines : lines.map(\.ascii)
  }

  private func detail(_ run: Run) -> String {
    let time = TimeText(now: now)
    switch run.state {
    case .scheduled, .sleeping, .waiting:
      let until = run.dueAt.map { ", until " + time.clock($0) } ?? ""
      return time.ago(run.createdAt) + until
    case .queued: return time.ago(run.createdAt)
    case .running: return "since " + time.clock(run.startedAt ?? run.createdAt)
    case .completed, .failed, .cancelled:
      let end = run.endedAt ?? now
      let length = TimeText.rough(end - (run.startedAt ?? run.createdAt))
      let why = run.error.map { "  " + $0.firstLine } ?? run.cancelReason.map { "  " + $0 } ?? ""
      return "\(time.ago(end)), took \(length)\(why)"
    }
  }
}
