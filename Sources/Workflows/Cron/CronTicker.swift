internal import Storage

/// A function's schedule, as the engine follows it.
struct CronTicker: Sendable {
  let functionID: String
  let rule: CronRule
  let schedule: CronSchedule

  /// The schedules of a function. Throws `InvalidFunction` for one that cannot be read, or is there twice.
  static func all(of function: FunctionDefinition) throws -> [CronTicker] {
    var seen: Set<String> = []
    return try function.crons.map { rule in
      guard seen.insert(rule.schedule).inserted else {
        throw InvalidFunction(
          "function '\(function.id)': schedule '\(rule.schedule)' is there twice\n  → leave one out"
        )
      }
      do throws(CronError) {
        return CronTicker(
          functionID: function.id, rule: rule, schedule: try CronSchedule(rule.schedule))
      } catch {
        throw InvalidFunction("function '\(function.id)': \(error)")
      }
    }
  }
}

extension Commit {
  /// Notes from when on the schedules of a function count that are new to the database.
  func register(_ tickers: [CronTicker]) throws {
    for ticker in tickers {
      try db.execute(
        """
        INSERT INTO workflow_cron (function_id, schedule, last_ms) VALUES (:function, :schedule, :now)
        ON CONFLICT (function_id, schedule) DO NOTHING
        """, ["function": ticker.functionID, "schedule": ticker.rule.schedule, "now": now])
    }
  }

  /// Starts the runs of all ticks that are due; when the next tick is, nil without schedules.
  ///
  /// How far a schedule has come is written in the same transaction, so that each tick is dealt with once, by
  /// whichever process comes first.
  mutating func tick() throws -> Int64? {
    var next: Int64?
    for ticker in functions.tickers {
      let later = try tick(ticker)
      next = min(next ?? .max, later)
    }
    return next
  }

  private mutating func tick(_ ticker: CronTicker) throws -> Int64 {
    let row = try db.row(
      """
      SELECT last_ms FROM workflow_cron WHERE function_id = :function AND schedule = :schedule
      """, ["function": ticker.functionID, "schedule": ticker.rule.schedule])
    // Without a row no node has registered the schedule yet.
    guard let function = functions[ticker.functionID], let last: Int64 = try row?.get("last_ms")
    else { return ticker.schedule.next(after: now) }
    let next = ticker.schedule.next(after: last)
    if next > now { return next }
    let ticks = ticker.rule.missed.ticks(of: ticker.schedule, after: last, until: now)
    for tick in ticks { try start(function, at: tick, of: ticker) }
    // Where there were more than one transaction should make, the others are due at once.
    let done = ticker.rule.missed == .all ? ticks.last ?? now : now
    try db.execute(
      """
      UPDATE workflow_cron SET last_ms = :done
      WHERE function_id = :function AND schedule = :schedule AND last_ms < :done
      """,
      ["function": ticker.functionID, "schedule": ticker.rule.schedule, "done": done])
    return ticker.schedule.next(after: done)
  }

  /// The event of a tick is known by its instant. It is its function's alone, so it is not received as others are.
  private mutating func start(
    _ function: FunctionDefinition, at tick: Int64, of ticker: CronTicker
  ) throws {
    // Whole seconds, which is all that the event's data can say.
    let jitter = ticker.rule.jitter.milliseconds / 1_000
    let fire = jitter > 0 ? tick + Int64(ids.random() * Double(jitter + 1)) * 1_000 : tick
    let data = try function.dataOfTick(
      CronTick(cron: ticker.rule.schedule, scheduledAt: tick), fireAt: fire)
    let event = Event(
      id: makeID(), sequence: try takeNumbers(1), name: OwnEvent.scheduled, data: data,
      senderID: CronTick.text(tick), version: nil, timestamp: fire, receivedAt: now,
      isRepeat: false, isUnheard: false, extra: nil)
    try event.insert(db)
    try take(event, for: function)
  }
}
