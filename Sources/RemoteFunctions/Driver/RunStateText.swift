public import Workflows

/// The state of a run as its app fetches it where it is too large for a call.
public enum RunStateText {
  /// An object with what each finished step has come to: `GET /v0/runs/{run}/actions`.
  public static func actions(_ run: RunDetail) -> String {
    let memos = RunMemos(run.steps, form: .exact).all.memos.sorted { $0.key < $1.key }
    let members = memos.map { "\(JSONValue.string($0.key).text):\($0.value)" }
    return "{\(members.joined(separator: ","))}"
  }

  /// The list of a run's events: `GET /v0/runs/{run}/batch`.
  public static func batch(_ run: RunDetail) -> String {
    "[\(run.events.map { (EventValues.value($0) ?? .null).text }.joined(separator: ","))]"
  }
}
