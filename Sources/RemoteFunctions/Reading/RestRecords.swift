internal import Storage
internal import Workflows

/// There is one account and one environment.
private let nobody = JSONText.string("00000000-0000-0000-0000-000000000000")

extension Event {
  /// As REST shows it.
  var rest: JSONText {
    let parts = extra.flatMap { try? JSONValue(parsing: $0) }
    return JSONText([
      "internal_id": .string(id), "account_id": nobody, "environment_id": nobody, "source": .null,
      "received_at": .instant(receivedAt), "id": .string(visibleID), "name": .string(name),
      "data": .raw(data), "user": parts?["user"].map { .value($0) } ?? .raw("{}"),
      "meta": parts?["meta"].map { .value($0) }, "ts": .integer(timestamp),
      "v": version.map { .string($0) } ?? .null,
    ])
  }
}

extension Run {
  /// As REST shows it; `cron` is the schedule that started it.
  func rest(cron: String?) -> JSONText {
    JSONText([
      "run_id": .string(id), "run_started_at": .instant(startedAt ?? createdAt),
      "function_id": .string(functionID), "function_version": .integer(1),
      "environment_id": nobody, "event_id": .string(eventID), "batch_id": .null,
      "original_run_id": replayOf.map { .string($0) } ?? .null,
      "cron": cron.map { .string($0) } ?? .null, "status": .string(statusWord),
      "ended_at": .instant(endedAt), "output": result,
    ])
  }

  var statusWord: String {
    switch state {
    case .scheduled: "Scheduled"
    case .queued: startedAt == nil ? "Scheduled" : "Running"
    case .running, .sleeping, .waiting: "Running"
    case .completed: "Completed"
    case .failed: "Failed"
    case .cancelled: "Cancelled"
    }
  }

  private var result: JSONText {
    if let output { return .raw(output) }
    guard let error else { return .null }
    return JSONText([
      "name": .string(error.name), "message": .string(error.message),
      "stack": error.stack.map { .string($0) },
    ])
  }
}

extension RunDetail {
  var cron: String? {
    guard let event = events.first, event.name == "inngest/scheduled.timer" else { return nil }
    return EventValues.value(event)?["data"]?["cron"]?.string
  }

  /// Steps that have not ended, and the run itself where it waits for its turn.
  var jobs: [JSONText] {
    let own =
      run.state == .queued || run.state == .scheduled
      ? [job("run", run.functionID, "Scheduled", at: run.dueAt ?? run.rank)] : []
    return own
      + steps.compactMap { step in
        switch step.state {
        case .running: job(step.place, step.name, "Running", at: step.startedAt)
        case .retrying, .sleeping, .waiting:
          job(step.place, step.name, "Scheduled", at: step.dueAt ?? step.startedAt)
        case .done, .failed: nil
        }
      }
  }

  private func job(_ id: String, _ step: String, _ status: String, at instant: Int64) -> JSONText {
    JSONText([
      "id": .string("\(run.id)/\(id)"), "run_id": .string(run.id),
      "function_id": .string(run.functionID), "step": .string(step), "status": .string(status),
      "at": .instant(instant),
    ])
  }
}
