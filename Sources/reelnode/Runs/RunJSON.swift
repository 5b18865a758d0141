internal import Foundation
internal import SceneDocument
internal import Workflows

extension JSONValue {
  /// A stored JSON text as a value, members in the order of their names; text that is no JSON as a string.
  init(stored text: String?) {
    guard let text else {
      self = .null
      return
    }
    let value = try? JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
    self = value?.sorted ?? .string(text)
  }

  private var sorted: JSONValue {
    switch self {
    case .object(let members):
      .object(members.map { .init($0.key, $0.value.sorted) }.sorted { $0.key < $1.key })
    case .array(let items): .array(items.map(\.sorted))
    default: self
    }
  }
}

extension Event {
  var json: JSONValue {
    [
      "id": .string(id), "name": .string(name), "sender_id": .init(text: senderID),
      "version": .init(text: version), "time": .time(timestamp), "received": .time(receivedAt),
      "repeat": .bool(isRepeat), "unheard": .bool(isUnheard), "data": .init(stored: data),
    ]
  }
}

extension StoredError {
  /// The message's first line, or the error's name where there is none.
  var firstLine: String { message.split(separator: "\n").first.map(String.init) ?? name }

  var json: JSONValue { ["name": .string(name), "message": .string(message)] }
}

extension Run {
  /// The part of the id that people type.
  var shortID: String { String(id.suffix(6)) }

  var json: JSONValue {
    [
      "id": .string(id), "function": .string(functionID), "state": .string(state.rawValue),
      "held": .bool(isHeld), "event": .string(eventID), "due": .time(dueAt),
      "give_up": .time(giveUpAt), "node": .init(text: owner),
      "parent": .init(text: parent?.runID), "replay_of": .init(text: replayOf),
      "created": .time(createdAt), "started": .time(startedAt), "ended": .time(endedAt),
      "output": .init(stored: output), "error": error?.json ?? .null,
      "cancel_reason": .init(text: cancelReason),
    ]
  }
}

extension StepRecord {
  var json: JSONValue {
    [
      "place": .string(place), "name": .string(name), "kind": .string(kind.rawValue),
      "state": .string(state.rawValue), "attempt": .integer(attempt), "due": .time(dueAt),
      "started": .time(startedAt), "ended": .time(endedAt), "result": .init(stored: result),
      "error": error?.json ?? .null,
      "failures": .array(
        failures.map {
          [
            "attempt": .integer($0.attempt), "at": .time($0.at), "retry": .time($0.retryAt),
            "attempts": $0.attempts.map(JSONValue.integer) ?? .null, "error": $0.error.json,
          ]
        }),
    ]
  }
}

extension WaitRecord {
  var json: JSONValue {
    [
      "place": .string(place), "event": .init(text: eventName), "property": .init(text: property),
      "value": .init(text: value), "run": .init(text: childRunID), "until": .time(deadline),
    ]
  }
}

extension RunDetail {
  var json: JSONValue {
    guard case .object(var members) = run.json else { return run.json }
    members += [
      .init("events", .array(events.map(\.json))), .init("steps", .array(steps.map(\.json))),
      .init("waits", .array(waits.map(\.json))),
      .init("children", .array(children.map(JSONValue.string))),
    ]
    return .object(members)
  }
}

extension RunStanding.Reason {
  /// `reason` is one of a fixed list of words; the other members depend on it.
  var json: JSONValue {
    switch self {
    case .ended(let state): ["reason": "ended", "state": .string(state.rawValue)]
    case .scheduled(let at): ["reason": "scheduled", "at": .time(at)]
    case .gathering(let events, let until):
      ["reason": "gathering", "events": .integer(events), "until": .time(until)]
    case .executing(let step, let since, let node):
      [
        "reason": "executing", "step": .init(text: step), "since": .time(since),
        "node": .string(node),
      ]
    case .nodeSilent(let node, let since):
      ["reason": "node_silent", "node": .string(node), "since": .time(since)]
    case .sleeping(let step, let until):
      ["reason": "sleeping", "step": .string(step), "until": .time(until)]
    case .retrying(let step, let at, let attempt, let last, let error):
      [
        "reason": "retrying", "step": .string(step), "at": .time(at),
        "attempt": .integer(attempt), "attempts": last.map(JSONValue.integer) ?? .null,
        "error": error?.json ?? .null,
      ]
    case .restarting(let at, let failures, let error):
      [
        "reason": "restarting", "at": .time(at), "failures": .integer(failures),
        "error": error?.json ?? .null,
      ]
    case .waitingForEvent(let step, let name, let property, let value, let until):
      [
        "reason": "waiting_for_event", "step": .string(step), "event": .string(name),
        "property": .init(text: property), "value": .init(text: value), "until": .time(until),
      ]
    case .waitingForRun(let step, let id, let state, let until):
      [
        "reason": "waiting_for_run", "step": .string(step), "run": .string(id),
        "state": .init(text: state?.rawValue), "until": .time(until),
      ]
    case .queued(let ahead): ["reason": "queued", "ahead": .integer(ahead)]
    case .limitFull(let limit, let holders):
      [
        "reason": "limit_full", "limit": .string(limit),
        "holders": .array(holders.map(JSONValue.string)),
      ]
    case .throttled(let ahead, let next):
      ["reason": "throttled", "ahead": .integer(ahead), "next": .time(next)]
    case .noNode(let function): ["reason": "no_node", "function": .string(function)]
    }
  }
}
