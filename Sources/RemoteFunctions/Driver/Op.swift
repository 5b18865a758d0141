/// One entry of an app's answer: a step that is done, or one that the server is to do.
struct Op: Sendable, Equatable {
  enum Kind: String, Sendable {
    case run = "StepRun"
    case oldRun = "Step"
    case error = "StepError"
    case failed = "StepFailed"
    case planned = "StepPlanned"
    case sleep = "Sleep"
    case wait = "WaitForEvent"
    case invoke = "InvokeFunction"
    case signal = "WaitForSignal"
    case complete = "RunComplete"
    case notFound = "StepNotFound"
  }

  /// 40 hexadecimal digits.
  var id: String
  var kind: Kind
  /// The instant of a sleep, the event of a wait; otherwise the step's name.
  var name: String?
  /// What people call the step.
  var label: String
  var options: JSONValue
  /// Nothing where the app sent null.
  var data: JSONValue
  var error: JSONValue?
  /// How long a step that has failed is to rest.
  var retryAfter: Duration?

  /// An operation that is not known, or no operation at all.
  struct Unsupported: Error {
    let problem: String
  }

  init(_ value: JSONValue) throws(Unsupported) {
    guard let word = value["op"]?.string else {
      throw Unsupported(problem: "an entry of its answer is \(value.kind) without 'op'")
    }
    guard let kind = Kind(rawValue: word) else {
      throw Unsupported(problem: "it asks for '\(word)', which this server does not do")
    }
    self.kind = kind
    let id = value["id"]?.string ?? ""
    if id.isEmpty, kind != .complete {
      throw Unsupported(problem: "an '\(word)' of its answer has no id")
    }
    self.id = id
    name = value["name"]?.string
    options = value["opts"] ?? .null
    data = value["data"] ?? .null
    error = value["error"].flatMap { $0.isNull ? nil : $0 }
    label = Self.label(of: value, id: id)
  }

  /// The second use of a name in a function is told from the first by its index.
  private static func label(of value: JSONValue, id: String) -> String {
    let userland = value["userland"]
    let shown = [value["displayName"]?.string, userland?["id"]?.string, value["name"]?.string]
    let name = shown.compactMap { $0 }.first { !$0.isEmpty } ?? id
    guard let index = userland?["index"]?.integer, index > 0 else { return name }
    return "\(name):\(index)"
  }

  /// The step is over, and nothing is left to do for it.
  var isOver: Bool { kind == .run || kind == .oldRun || kind == .failed }

  var isRace: Bool { options["parallelMode"]?.string == "race" }

  /// As it is kept beside the step's record: without what the record itself has.
  var stored: JSONValue {
    var members: [JSONValue.Member] = [
      .init("op", .string(kind.rawValue)), .init("id", .string(id)),
      .init("displayName", .string(label)),
    ]
    if let name { members.append(.init("name", .string(name))) }
    if !options.isNull { members.append(.init("opts", options)) }
    return .object(members)
  }
}
