internal import SceneDocument
internal import Workflows

extension RunStanding.Reason {
  /// What a run waits for: a word for programs and a sentence for people.
  var json: JSONValue { ["kind": .string(kind), "text": .string(text)] }

  private var kind: String {
    switch self {
    case .ended: "ended"
    case .scheduled: "scheduled"
    case .executing: "executing"
    case .nodeSilent: "node_silent"
    case .sleeping: "sleeping"
    case .retrying: "retrying"
    case .restarting: "restarting"
    case .waitingForEvent: "waiting_for_event"
    case .waitingForRun: "waiting_for_run"
    case .queued: "queued"
    case .limitFull: "limit_full"
    case .throttled: "throttled"
    case .gathering: "gathering"
    case .noNode: "no_node"
    }
  }

  private var text: String {
    switch self {
    case .ended(let state): "it is \(state.rawValue)"
    case .scheduled(let at): "it begins at \(TimeText.text(at))"
    case .executing(let step, let since, let node):
      "\(step.map { "step '\($0)' is" } ?? "it is") executed since \(TimeText.text(since)) by node \(node)"
    case .nodeSilent(let node, let since):
      "node \(node) is silent since \(TimeText.text(since)); others take the run over soon"
    case .sleeping(let step, let until): "step '\(step)' sleeps until \(TimeText.text(until))"
    case .retrying(let step, let at, let attempt, let of, let error):
      "attempt \(attempt)\(of.map { " of \($0)" } ?? "") of step '\(step)' begins at \(TimeText.text(at))\(Self.cause(error))"
    case .restarting(let at, let failures, let error):
      "the function failed \(failures) times and begins again at \(TimeText.text(at))\(Self.cause(error))"
    case .waitingForEvent(let step, let name, let property, let value, let until):
      "step '\(step)' waits for '\(name)'\(Self.match(property, value))\(Self.until(until))"
    case .waitingForRun(let step, let run, let state, let until):
      "step '\(step)' waits for run \(run), which is \(state?.rawValue ?? "gone")\(Self.until(until))"
    case .queued(let ahead): "\(ahead) runs are before it"
    case .limitFull(let limit, let holders):
      "the limit '\(limit)' is full\(holders.isEmpty ? "" : ": " + holders.joined(separator: ", "))"
    case .throttled(let ahead, let next):
      "the throttle lets \(ahead) others begin before it\(next.map { "; the next one at \(TimeText.text($0))" } ?? "")"
    case .gathering(let events, let until):
      "it has gathered \(events) events and begins at \(TimeText.text(until))"
    case .noNode(let function): "no living node has the function '\(function)'"
    }
  }

  private static func cause(_ error: StoredError?) -> String {
    error.map { ": \($0.message)" } ?? ""
  }

  private static func match(_ property: String?, _ value: String?) -> String {
    guard let property, let value else { return "" }
    return " with \(property) = \(value)"
  }

  private static func until(_ time: Int64?) -> String {
    time.map { " until \(TimeText.text($0))" } ?? ""
  }
}
