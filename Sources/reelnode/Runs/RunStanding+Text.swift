internal import Workflows

extension RunStanding {
  /// A sentence for each thing that the run waits for, with what can be done about it.
  func sentences(now: Int64) -> [String] {
    let time = TimeText(now: now)
    if reasons.isEmpty { return ["it is about to go on"] }
    return reasons.map { $0.sentence(run, time) }
  }
}

extension RunStanding.Reason {
  fileprivate func sentence(_ run: Run, _ time: TimeText) -> String {
    switch self {
    case .ended(let state): Self.ended(state, run, time)
    case .scheduled(let at): "it begins at \(time.clockAndDistance(at))"
    case .gathering(let events, let until):
      "it gathers events, \(events) so far, and begins at \(time.clockAndDistance(until)) at the latest"
    case .executing(let step?, let since, let node):
      "step '\(step)' has been executing since \(time.clockAndDistance(since)), on node …\(node.suffix(6))"
    case .executing(nil, let since, let node):
      "it has been executing since \(time.clockAndDistance(since)), on node …\(node.suffix(6))"
    case .nodeSilent(let node, let since):
      "its node …\(node.suffix(6)) has been silent since \(time.clockAndDistance(since))\n  → another node takes it over soon, when one is running"
    case .sleeping(let step, let until):
      "step '\(step)' sleeps until \(time.clockAndDistance(until))"
    case .retrying(let step, let at, let attempt, let last, let error):
      "step '\(step)' failed; attempt \(attempt)\(last.map { " of \($0)" } ?? "") is at \(time.clockAndDistance(at))"
        + Self.after(error)
    case .restarting(let at, let failures, let error):
      "the function failed outside its steps, \(failures) in a row; it is executed again at \(time.clockAndDistance(at))"
        + Self.after(error)
    case .waitingForEvent(let step, let name, let property, let value, let until):
      "step '\(step)' waits for event '\(name)'"
        + (property.map { " with \($0) = \(value ?? "null")" } ?? "") + Self.until(until, time)
    case .waitingForRun(let step, let id, let state, let until):
      "step '\(step)' waits for run …\(id.suffix(6)), which is \(state?.rawValue ?? "gone")"
        + Self.until(until, time) + "\n  → reelnode runs why \(id.suffix(6))"
    case .queued(let ahead):
      ahead == 0
        ? "it is the next in the queue"
        : "\(counted(ahead, "run")) in the queue \(ahead == 1 ? "goes" : "go") before it"
    case .limitFull(let limit, let holders):
      "\(limit) is full" + Self.holders(holders)
    case .throttled(let ahead, let next):
      "the throttle lets one run after the other begin; \(counted(ahead, "run")) \(ahead == 1 ? "goes" : "go") before it"
        + (next.map { ", the first at \(time.clockAndDistance($0))" } ?? "")
    case .noNode(let function):
      "no running node has the function '\(function)'\n  → start a node that has it"
    }
  }

  private static func ended(_ state: Run.State, _ run: Run, _ time: TimeText) -> String {
    let when = run.endedAt.map { " " + time.ago($0) } ?? ""
    switch state {
    case .completed: return "it completed\(when)"
    case .cancelled: return "it was cancelled\(when): \(run.cancelReason ?? "")"
    default:
      return "it failed\(when)" + after(run.error)
        + "\n  → 'reelnode runs retry \(run.id.suffix(6))' lets it go on where it failed"
    }
  }

  private static func until(_ instant: Int64?, _ time: TimeText) -> String {
    instant.map { " until \(time.clockAndDistance($0))" } ?? ""
  }

  private static func after(_ error: StoredError?) -> String {
    guard let error else { return "" }
    let text = error.message.isEmpty ? error.name : "\(error.name): \(error.message)"
    return "\n    " + text.replacing("\n", with: "\n    ")
  }

  private static func holders(_ ids: [String]) -> String {
    if ids.isEmpty { return "; it is about to be looked at again" }
    let shown = ids.prefix(8).map { "…" + $0.suffix(6) }.joined(separator: ", ")
    return ": " + shown + (ids.count > 8 ? " and \(ids.count - 8) more" : "")
      + "\n  → reelnode runs why \(ids[0].suffix(6))"
  }
}
