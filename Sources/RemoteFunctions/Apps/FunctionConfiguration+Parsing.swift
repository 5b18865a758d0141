internal import Workflows

extension FunctionConfiguration {
  /// Reads one function of a registration, or one that was kept as `text`. Throws `RegistrationError`.
  public init(parsing text: String) throws {
    try self.init(RegistrationField(value: try JSONValue(parsing: text), path: ""))
  }

  private static let day = Duration.seconds(86_400)

  init(_ field: RegistrationField) throws(RegistrationError) {
    try field.object()
    id = try Self.id(field)
    // What is wrong is told with the function's id, which people know, instead of its place in the list.
    let field = RegistrationField(value: field.value, path: "function '\(id)'")
    name = try field.text("name") ?? id
    (url, retries) = try Self.step(field)
    triggers = try Self.triggers(field)
    text = field.value.text
    concurrency = try Self.concurrency(field)
    rateLimit = try field["rateLimit"].map(Self.rateLimit)
    throttle = try field["throttle"].map(Self.throttle)
    debounce = try field["debounce"].map(Self.debounce)
    batch = try field["batchEvents"].map(Self.batch)
    priority = try field["priority"]?.expression("run")
    cancel = try Self.cancel(field)
    idempotency = try field.expression("idempotency")
    singleton = try field["singleton"].map(Self.singleton)
    let timeouts = field["timeouts"]
    startTimeout = try timeouts?["start"]?.duration(from: .milliseconds(1), to: Self.day * 366)
    finishTimeout = try timeouts?["finish"]?.duration(from: .milliseconds(1), to: Self.day * 366)
    try checkBatch(field)
  }

  private static func id(_ field: RegistrationField) throws(RegistrationError) -> String {
    let id = try field.required("id")
    let text = try id.string()
    if text.isEmpty || text.utf8.count > 512 {
      throw id.fail("it has \(text.utf8.count) bytes", "give an id of 1 to 512 bytes")
    }
    return text
  }

  /// Where it is called, and how often it is tried again.
  private static func step(_ field: RegistrationField) throws(RegistrationError) -> (String, Int) {
    let steps = try field.required("steps")
    guard let first = steps.value.members?.first else {
      throw steps.fail("it has no step", "give one step named 'step'")
    }
    let step = RegistrationField(value: first.value, path: "\(steps.path).\(first.key)")
    let runtime = try step.required("runtime")
    let kind = try runtime.text("type") ?? "http"
    if kind != "http" {
      throw runtime.fail(
        "its type is '\(kind)': apps are called over HTTP only", "serve the app at a URL")
    }
    let url = try runtime.required("url")
    let text = try url.string()
    guard AppURL(text) != nil else {
      throw url.fail("'\(text)' is no http or https URL", "give the URL at which the app is served")
    }
    let retries = step["retries"]
    let attempts = try (retries?.value.members == nil ? retries : retries?["attempts"])?
      .integer(0...20)
    return (text, attempts ?? 4)
  }

  // MARK: Triggers

  private static func triggers(_ field: RegistrationField) throws(RegistrationError) -> [Trigger] {
    let list = try field.required("triggers")
    let items = try list.list(10, "triggers")
    if items.isEmpty { throw list.fail("it is empty", "give one trigger at least") }
    var triggers: [Trigger] = []
    for item in items {
      let trigger = try trigger(item)
      if triggers.contains(trigger) { throw item.fail("it is there twice", "leave one out") }
      triggers.append(trigger)
    }
    return triggers
  }

  private static func trigger(_ field: RegistrationField) throws(RegistrationError) -> Trigger {
    try field.object()
    if let schedule = try field.text("cron") {
      do {
        _ = try CronSchedule(schedule)
      } catch {
        throw RegistrationError(
          path: "\(field.path).cron", problem: "'\(error.text)': \(error.problem)",
          remedy: error.remedy)
      }
      let jitter = try field["jitter"]?.duration(from: .seconds(1), to: .seconds(300))
      return .cron(schedule, jitter: jitter)
    }
    guard let name = try field.text("event") else {
      throw field.fail("it has neither 'event' nor 'cron'", "give one of them")
    }
    if let fault = EventPattern(text: name).fault {
      throw field.fail(
        "event '\(name)': \(fault)", "name an event, or all below a '/' as 'scene/*'")
    }
    if name.utf8.count > 512 { throw field.fail("its event's name is too long", "shorten it") }
    return .event(name, condition: try field.expression("expression"))
  }

  // MARK: Limits

  private static func concurrency(_ field: RegistrationField) throws(RegistrationError)
    -> [Concurrency]
  {
    guard let rules = field["concurrency"] else { return [] }
    var limits: [Concurrency] = []
    if rules.value.members != nil, rules["limit"] == nil {
      for part in [rules["fn"], rules["step"]].compactMap(\.self) {
        for item in try part.oneOrMore(2, "rules") { limits.append(try concurrencyRule(item)) }
      }
    } else {
      for item in try rules.oneOrMore(2, "rules") { limits.append(try concurrencyRule(item)) }
    }
    if limits.count > 2 { throw rules.fail("it has \(limits.count) rules", "give two at most") }
    // As in the original, 0 is no limit.
    return limits.filter { $0.limit > 0 }
  }

  private static func concurrencyRule(_ field: RegistrationField) throws(RegistrationError)
    -> Concurrency
  {
    if field.value.members == nil {
      return Concurrency(limit: try field.integer(0...1_000_000), key: nil, scope: .function)
    }
    let limit = try field.required("limit").integer(0...1_000_000)
    let key = try field.expression("key")
    var scope = Concurrency.Scope.function
    if let text = try field.text("scope") {
      guard let known = Concurrency.Scope(rawValue: text) else {
        throw field.fail("there is no scope '\(text)'", "use fn, env or account")
      }
      scope = known
    }
    if scope != .function, key == nil {
      throw field.fail("its scope '\(scope.rawValue)' needs a key", "give 'key', such as \"'gpu'\"")
    }
    return Concurrency(limit: limit, key: key, scope: scope)
  }

  private static func rateLimit(_ field: RegistrationField) throws(RegistrationError) -> RateLimit {
    RateLimit(
      limit: try field.required("limit").integer(1...1_000_000),
      period: try field.required("period").duration(from: .seconds(1), to: day),
      key: try field.expression("key"))
  }

  private static func throttle(_ field: RegistrationField) throws(RegistrationError) -> Throttle {
    let limit = try field.required("limit").integer(1...1_000_000)
    // The engine's bound: more at once than in a period says nothing.
    let burst = try field["burst"]?.integer(0...1_000_000) ?? 1
    return Throttle(
      limit: limit, period: try field.required("period").duration(from: .seconds(1), to: day * 7),
      burst: max(1, min(burst, limit)), key: try field.expression("key"))
  }

  private static func debounce(_ field: RegistrationField) throws(RegistrationError) -> Debounce {
    let period = try field.required("period").duration(from: .seconds(1), to: day * 7)
    return Debounce(
      period: period, timeout: try field["timeout"]?.duration(from: period, to: day * 366),
      key: try field.expression("key"))
  }

  private static func batch(_ field: RegistrationField) throws(RegistrationError) -> Batch {
    Batch(
      maxSize: try field.required("maxSize").integer(2...100),
      timeout: try field.required("timeout").duration(from: .seconds(1), to: day * 7),
      key: try field.expression("key"), condition: try field.expression("if"))
  }

  private static func singleton(_ field: RegistrationField) throws(RegistrationError) -> Singleton {
    let text = try field.required("mode").string()
    guard let mode = Singleton.Mode(rawValue: text) else {
      throw field.fail("there is no mode '\(text)'", "use skip or cancel")
    }
    return Singleton(mode: mode, key: try field.expression("key"))
  }

  private static func cancel(_ field: RegistrationField) throws(RegistrationError) -> [Cancel] {
    guard let list = try field["cancel"]?.list(5, "entries") else { return [] }
    var entries: [Cancel] = []
    for item in list { entries.append(try cancelEntry(item)) }
    return entries
  }

  private static func cancelEntry(_ field: RegistrationField) throws(RegistrationError) -> Cancel {
    let event = try field.required("event")
    let name = try event.string()
    if name.isEmpty || name.utf8.count > 512 {
      throw event.fail("it has \(name.utf8.count) bytes", "name an event")
    }
    let condition = try field.expression("if")
    do {
      try condition?.checkRestricted()
    } catch {
      throw RegistrationError(
        path: "\(field.path).if", problem: "expression '\(error.expression)': \(error.problem)",
        remedy: error.remedy)
    }
    let timeout = try field["timeout"]?.duration(from: .milliseconds(1), to: day * 366)
    return Cancel(event: name, condition: condition, timeout: timeout)
  }

  private func checkBatch(_ field: RegistrationField) throws(RegistrationError) {
    if batch == nil { return }
    let others = [
      ("cancel", !cancel.isEmpty), ("debounce", debounce != nil), ("singleton", singleton != nil),
      ("priority", priority != nil),
    ]
    if let other = others.first(where: \.1) {
      throw field.fail(
        "batchEvents and \(other.0) exclude each other", "leave one of them out")
    }
    let hasCron = triggers.contains { if case .cron = $0 { true } else { false } }
    if hasCron {
      throw field.fail("batchEvents and a cron trigger exclude each other", "leave one of them out")
    }
  }
}
