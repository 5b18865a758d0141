import Foundation
import Storage

/// A run of the app's, as the database has it at the end.
struct ServeRun: Sendable {
  let id: String
  /// Without the app's name.
  let function: String
  let state: String
  let output: String?
  let error: String?
  let createdAt: Int64
  let endedAt: Int64
  let eventID: String
  let eventTime: Int64
  /// The number that its event carried.
  let number: Int?
  /// The run whose failure it was told of.
  let failedRun: String?

  init(row: Row) throws {
    id = try row.get("id")
    function = String(try row.get("function_id", as: String.self).dropFirst("chaos-".count))
    state = try row.get("state")
    output = try row.get("output")
    error = try row.get("error")
    createdAt = try row.get("created_ms")
    endedAt = try row.get("ended_ms", as: Int64?.self) ?? createdAt
    eventID = try row.get("event_id")
    eventTime = try row.get("ts_ms")
    let data = try row.get("data", as: String.self)
    let object = try JSONSerialization.jsonObject(with: Data(data.utf8)) as? [String: Any]
    number = object?["n"] as? Int
    failedRun = object?["run_id"] as? String
  }

  /// What is wrong with its end; nil for the right one.
  var problem: String? {
    guard let expected else { return "\(function) \(id) is no function of the app's" }
    if function == "fail" {
      return state == "failed" && error?.contains("as planned") == true ? nil : told
    }
    let isRight = state == "completed" && output?.filter { $0 != " " } == expected
    return isRight || function == "tick" && state != "failed" ? nil : told
  }

  private var told: String {
    "\(function) \(number ?? 0) (\(id)) is \(state) with \(output ?? error ?? "nothing")"
  }

  private var expected: String? {
    let n = number ?? 0
    switch function {
    case "chain": return "\((n + 1) * 2 + 3)"
    case "rest", "stumble": return "\(n)"
    case "fan": return "\(3 * n + 3)"
    case "ask", "answer": return "\(n * n)"
    case "callee", "call": return "\(n * 10)"
    case "late": return "[null,\(n)]"
    case "fail", "fail-failure", "tick": return "null"
    default: return nil
    }
  }
}

/// What has been seen.
struct ServeFindings {
  var nodeKills: Int
  var appKills: Int
  /// Answered with 200.
  var events: Int
  var runs = 0
  var steps = 0
  var executions = 0
  /// Executions of an attempt beyond the first.
  var redone = 0
  var finishedSeen = 0
  var finishedRedone = 0
  var failuresTold = 0
  var ticks = 0
  var problems: [String] = []

  init(nodeKills: Int, appKills: Int, events: Int) {
    (self.nodeKills, self.appKills, self.events) = (nodeKills, appKills, events)
  }

  var json: String {
    """
    {"kills":\(nodeKills),"app_kills":\(appKills),"events":\(events),"runs":\(runs),"steps":\(steps),\
    "executions":\(executions),"redone":\(redone),"finished_seen":\(finishedSeen),\
    "finished_redone":\(finishedRedone),"failures_told":\(failuresTold),"ticks":\(ticks),\
    "problems":\(problems.count)}
    """
  }
}
