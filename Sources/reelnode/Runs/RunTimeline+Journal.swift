internal import Workflows

extension RunTimeline {
  /// A queue that was left sooner than this is not drawn.
  private static let shortestQueue: Int64 = 10

  /// What the journal of a run tells, as of `now`.
  init(_ detail: RunDetail, now: Int64) {
    let run = detail.run
    let words = LaneNotes(detail, now: now)
    let end = run.endedAt ?? now
    let begin = run.startedAt ?? end
    var lanes: [Lane] = []
    if begin - run.createdAt >= Self.shortestQueue {
      let isOpen = run.startedAt == nil && run.endedAt == nil
      lanes.append(
        Lane(
          name: run.state == .scheduled ? "scheduled" : "queued",
          spans: [Span(activity: .queued, from: run.createdAt, to: isOpen ? nil : begin)],
          note: isOpen ? words.untilBegin : TimeText.rough(begin - run.createdAt)))
    }
    lanes += detail.steps.map { step in
      Lane(
        name: step.name, depth: step.depth, spans: step.spans(runEnd: run.endedAt),
        note: words.note(step), hasFailed: step.state == .failed)
    }
    self.init(from: run.createdAt, until: max(end, run.createdAt), lanes: lanes)
  }
}

extension StepRecord {
  /// `3/2/1` is a step of the second branch of the parallel at 3.
  fileprivate var depth: Int { place.count { $0 == "/" } / 2 }

  /// `runEnd`: nothing goes on after it.
  fileprivate func spans(runEnd: Int64?) -> [RunTimeline.Span] {
    switch kind {
    case .sleep: [.init(activity: .sleeping, from: startedAt, to: endedAt ?? runEnd)]
    case .wait, .invoke: [.init(activity: .waiting, from: startedAt, to: endedAt ?? runEnd)]
    case .parallel: []
    case .run, .transaction, .send: attempts(runEnd: runEnd)
    }
  }

  private func attempts(runEnd: Int64?) -> [RunTimeline.Span] {
    var spans: [RunTimeline.Span] = []
    var from = startedAt
    for failure in failures {
      spans.append(.init(activity: .failing, from: from, to: failure.at))
      from = failure.at
      if let retry = failure.retryAt {
        let isPending = state == .retrying && failure.attempt == attempt - 1
        let end = isPending ? runEnd : retry
        spans.append(.init(activity: .backingOff, from: from, to: end))
        from = retry
      }
    }
    switch state {
    case .failed, .retrying: break
    default: spans.append(.init(activity: .executing, from: from, to: endedAt ?? runEnd))
    }
    return spans
  }
}

/// What stands behind the bars.
private struct LaneNotes {
  let waits: [String: WaitRecord]
  let run: Run
  let time: TimeText

  init(_ detail: RunDetail, now: Int64) {
    waits = Dictionary(detail.waits.map { ($0.place, $0) }) { first, _ in first }
    (run, time) = (detail.run, TimeText(now: now))
  }

  var untilBegin: String {
    run.dueAt.map { "until " + time.clock($0) } ?? TimeText.rough(time.now - run.createdAt)
  }

  func note(_ step: StepRecord) -> String {
    switch step.state {
    case .done: return [length(step), attempts(step)].compactMap(\.self).joined(separator: ", ")
    case .failed:
      let message = step.error?.firstLine ?? "failed"
      return [message, attempts(step)].compactMap(\.self).joined(separator: ", ")
    case _ where run.endedAt != nil: return "cut off"
    case .running:
      return [TimeText.rough(time.now - step.startedAt), attempts(step)].compactMap(\.self)
        .joined(separator: ", ")
    case .retrying:
      let last = step.failures.last?.attempts.map { " of \($0)" } ?? ""
      return "attempt \(step.attempt)\(last)" + (step.dueAt.map { " at " + time.clock($0) } ?? "")
    case .sleeping: return step.dueAt.map { "until " + time.clock($0) } ?? ""
    case .waiting: return waiting(step)
    }
  }

  private func waiting(_ step: StepRecord) -> String {
    let wait = waits[step.place]
    let what = wait?.eventName ?? wait?.childRunID.map { "run …" + $0.suffix(6) } ?? ""
    let deadline = wait?.deadline ?? step.dueAt
    return what + (deadline.map { " until " + time.clock($0) } ?? "")
  }

  private func length(_ step: StepRecord) -> String? {
    step.endedAt.map { TimeText.rough($0 - step.startedAt) }
  }

  private func attempts(_ step: StepRecord) -> String? {
    step.attempt > 1 ? "attempt \(step.attempt)" : nil
  }
}
