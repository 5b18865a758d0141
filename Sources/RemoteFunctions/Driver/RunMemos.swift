internal import Synchronization
internal import Workflows

/// What a run's steps have come to, as its app is told, and which steps it has.
///
/// One object for one execution of the function on this node; it is filled from the journal.
final class RunMemos: Sendable {
  private struct State {
    /// JSON of each finished step by its id.
    var memos: [String: String] = [:]
    /// In the order in which they finished.
    var stack: [String] = []
    var bytes = 0
    /// Steps that have a place in the journal, or are about to.
    var known: Set<String> = []
    var open = 0
    var version = -1
    var isDiscovering = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  /// How JSON is written to the app.
  let form: WireForm

  init(_ journal: [StepRecord], form: WireForm) {
    self.form = form
    let ended = journal.sorted {
      let (left, right) = ($0.endedAt ?? .max, $1.endedAt ?? .max)
      return left == right
        ? Self.numbers($0.place).lexicographicallyPrecedes(Self.numbers($1.place)) : left < right
    }
    for record in ended {
      guard let request = StoredRequest(record.request) else { continue }
      state.withLock { state in
        state.known.formUnion(request.ops.map(\.id))
        state.version = max(state.version, request.version)
      }
      if let memo = record.memo(request, form) { add(memo, of: request.ops[0].id) }
    }
  }

  private static func numbers(_ place: String) -> [Int] {
    place.split(separator: "/").compactMap { Int($0) }
  }

  /// Of the steps that an app's answer lists, those that are new; they are known from then on.
  func takeNew(_ ops: [Op], apartFrom own: String?) -> [Op] {
    state.withLock { state in
      ops.filter { op in
        op.kind == .complete || op.id == own || state.known.insert(op.id).inserted
      }
    }
  }

  /// `result` is the JSON of a step that was done.
  func add(result: String?, of op: Op) {
    add(Memo(form).success(result, of: op.kind), of: op.id)
  }

  func add(_ error: StoredError, of op: Op) {
    add(Memo(form).error(error, of: op.kind), of: op.id)
  }

  private func add(_ memo: String, of id: String) {
    state.withLock { state in
      if state.memos.updateValue(memo, forKey: id) == nil { state.stack.append(id) }
      state.bytes += memo.utf8.count
    }
  }

  /// Steps of the run, and bytes of what they have come to.
  var size: (steps: Int, bytes: Int) { state.withLock { ($0.known.count, $0.bytes) } }

  var all: (memos: [String: String], stack: [String]) { state.withLock { ($0.memos, $0.stack) } }

  /// What the app's answers said last; -1 before the first.
  var version: Int {
    get { state.withLock { $0.version } }
    set { state.withLock { $0.version = newValue } }
  }

  // MARK: Branches

  /// Steps that are being done beside each other begin, or end.
  func opened(_ count: Int) { state.withLock { $0.open += count } }

  var hasOpen: Bool { state.withLock { $0.open > 0 } }

  /// Lets one call at a time ask the app what comes next.
  func discovering<Value>(_ work: () async throws -> Value) async rethrows -> Value {
    await withCheckedContinuation { waiter in
      let isFree = state.withLock { state in
        if state.isDiscovering {
          state.waiting.append(waiter)
          return false
        }
        state.isDiscovering = true
        return true
      }
      if isFree { waiter.resume() }
    }
    defer { endDiscovery() }
    return try await work()
  }

  private func endDiscovery() {
    let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
      if state.waiting.isEmpty {
        state.isDiscovering = false
        return nil
      }
      return state.waiting.removeFirst()
    }
    next?.resume()
  }
}

/// What the journal keeps of an app's answer beside a step: the steps, and when the answer came.
struct StoredRequest: Sendable {
  var ops: [Op]
  /// UTC milliseconds; sleeps and deadlines count from then.
  var at: Int64
  var version: Int

  init(_ ops: [Op], at: Int64, version: Int) {
    (self.ops, self.at, self.version) = (ops, at, version)
  }

  /// Nil for a step that no app has named.
  init?(_ text: String?) {
    guard let text, let value = try? JSONValue(parsing: text),
      let ops = try? (value["ops"]?.items ?? []).map(Op.init), !ops.isEmpty
    else { return nil }
    self.ops = ops
    at = value["at"]?.integer ?? 0
    version = Int(value["v"]?.integer ?? -1)
  }

  private var text: String {
    let value: JSONValue = [
      "at": .integer(at), "v": .integer(version), "ops": .array(ops.map(\.stored)),
    ]
    return value.text
  }

  /// Under which name and as what the journal has it.
  var step: StepRequest {
    let kind: StepRecord.Kind =
      switch ops[0].kind {
      case _ where ops.count > 1: .parallel
      case .sleep: .sleep
      case .wait, .signal: .wait
      case .invoke: .invoke
      default: .run
      }
    return StepRequest(name: ops.count > 1 ? "parallel" : ops[0].label, kind: kind, text: text)
  }
}

extension StepRecord {
  /// What the app is told of a finished step; nil for one that is not.
  func memo(_ request: StoredRequest, _ form: WireForm) -> String? {
    guard endedAt != nil, kind != .parallel else { return nil }
    if state == .failed {
      let error = error ?? StoredError(name: "Error", message: "it failed")
      return Memo(form).error(error, of: request.ops[0].kind)
    }
    return Memo(form).success(result, of: request.ops[0].kind)
  }
}

/// How an app is told what a step has come to.
struct Memo {
  let form: WireForm

  init(_ form: WireForm) { self.form = form }

  /// `result` is JSON; of a wait or a signal it is the event.
  func success(_ result: String?, of kind: Op.Kind) -> String {
    switch kind {
    case .sleep: return "null"
    case .wait: return canonical(result)
    case .signal:
      guard let result, let event = try? JSONValue(parsing: result) else { return "null" }
      return "{\"data\":\(form.text(event["data"] ?? .null))}"
    default: return "{\"data\":\(canonical(result))}"
    }
  }

  private func canonical(_ json: String?) -> String {
    guard let json, let value = try? JSONValue(parsing: json) else { return "null" }
    return form.text(value)
  }

  func error(_ error: StoredError, of kind: Op.Kind) -> String {
    var error = error
    if kind == .invoke { error.name = Self.invokeNames[error.name] ?? error.name }
    return "{\"error\":\(form.text(error.wire))}"
  }

  /// What the engine calls the faults of an invocation, and what apps know them as.
  private static let invokeNames = [
    "InvokeTimeout": "InngestInvokeTimeoutError", "UnknownFunction": "Error", "Cancelled": "Error",
    "RunDeleted": "Error", "InvokeDropped": "Error",
  ]
}
