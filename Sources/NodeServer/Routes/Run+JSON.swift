internal import SceneDocument
internal import Workflows

extension StoredError {
  var json: JSONValue {
    ["name": .string(name), "message": .string(message)]
  }
}

extension RunOverview {
  /// RunSummary.
  var json: JSONValue { .object(members) }

  var members: [JSONValue.Member] {
    [
      .init("id", .string(run.id)), .init("function_id", .string(run.functionID)),
      .init("state", .string(run.state.rawValue)), .init("event_id", .string(run.eventID)),
      .init("event_name", .string(eventName)), .init("parent_run_id", .text(run.parent?.runID)),
      .init("replay_of", .text(run.replayOf)),
      .init("created_at", .time(run.createdAt)), .init("started_at", .time(run.startedAt)),
      .init("ended_at", .time(run.endedAt)), .init("error", run.error?.json ?? .null),
      .init(
        "steps",
        [
          "total": .integer(steps), "done": .integer(stepsDone), "failed": .integer(stepsFailed),
        ]),
    ]
  }
}

extension StepRecord {
  /// Step; with more before it.
  func json(_ others: [JSONValue.Member] = []) -> JSONText {
    JSONText(others + members, and: ["result": JSONText(stored: result)])
  }

  private var members: [JSONValue.Member] {
    [
      .init("place", .string(place)), .init("name", .string(name)),
      .init("kind", .string(kind.rawValue)), .init("state", .string(state.rawValue)),
      .init("attempt", .integer(attempt)), .init("started_at", .time(startedAt)),
      .init("ended_at", .time(endedAt)), .init("due_at", .time(dueAt)),
      .init("error", error?.json ?? .null),
      .init(
        "failures",
        .array(
          failures.map {
            [
              "name": .string($0.error.name), "message": .string($0.error.message),
              "at": .time($0.at),
            ]
          })),
    ]
  }
}

extension WaitRecord {
  var json: JSONValue {
    let match: JSONValue
    if let property, let value {
      match = ["property": .string(property), "value": .string(value)]
    } else {
      match = .null
    }
    return [
      "place": .string(place), "event_name": .text(eventName), "run_id": .text(childRunID),
      "match": match, "deadline_at": .time(deadline),
    ]
  }
}

extension Event {
  /// Event.
  var json: JSONText { JSONText(members, and: ["data": JSONText(stored: data)]) }

  var members: [JSONValue.Member] {
    [
      .init("id", .string(id)), .init("name", .string(name)), .init("sender_id", .text(senderID)),
      .init("version", .text(version)), .init("ts", .time(timestamp)),
      .init("received_at", .time(receivedAt)), .init("is_repeat", .bool(isRepeat)),
      .init("is_unheard", .bool(isUnheard)),
    ]
  }
}

extension EventOverview {
  /// EventSummary.
  var json: JSONValue {
    .object(event.members + [.init("runs", .array(runs.map { .string($0) }))])
  }
}
