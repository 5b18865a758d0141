internal import Storage

/// Decides, in the transaction that would let a run begin or go on, whether it may.
///
/// Asked only for functions whose rules limit execution. A run counts as executing while its state is `running`: one
/// that sleeps or waits holds nothing. A run that may not execute is held under the rule that has no room, and
/// whoever makes room there lets the first one go on.
enum Admission {
  /// Whether a queued run, or one whose rest is over, may execute. Where not, it has been put aside.
  static func admits(
    _ run: Run, of function: FunctionDefinition, in commit: inout Commit
  ) throws -> Bool {
    let rules = function.rules
    try commit.lockLimits(of: function.id)
    // A decision about another run of the same claim may have cancelled it.
    guard try commit.isStill(run) else { return false }
    guard let keys = try commit.limitKeys(of: run, function) else { return true }
    let rank = commit.effectiveRank(of: run)
    if try commit.isSuperseded(run, function, keys) { return false }
    if rules.concurrency.contains(where: { $0.pool != nil }) { try commit.lockPools() }
    for (concurrency, rule) in zip(rules.concurrency, rules.concurrencyNames) {
      guard let key = keys[rule] else { continue }
      let position = HoldPlace(functionID: function.id, rule: rule, key: key)
      if try commit.isFull(position, limit: concurrency.limit, for: run.id, rank: rank) {
        try commit.hold(run.id, at: position, rank: rank)
        return false
      }
    }
    if run.startedAt == nil, let throttle = rules.throttle, let key = keys[FlowRuleName.throttle] {
      let position = HoldPlace(functionID: function.id, rule: FlowRuleName.throttle, key: key)
      guard try commit.passes(throttle, at: position, run.id, rank: rank) else { return false }
    }
    try commit.forgetHold(of: run.id)
    return true
  }

  /// Called in every transaction in which a run stops executing: it rests or has ended.
  static func released(_ runID: String, hasEnded: Bool, in commit: inout Commit) throws {
    let row = try commit.db.row(
      "SELECT function_id FROM workflow_run WHERE id = :run", ["run": runID])
    guard let functionID: String = try row?.get("function_id") else { return }
    let keys = try commit.keys(ofRun: runID).filter(\.isLimit)
    if hasEnded {
      try commit.forgetHold(of: runID)
      try commit.setKeys(of: runID, live: false)
    }
    for key in keys where hasEnded || key.rule != FlowRuleName.throttle {
      try commit.letNextGo(at: HoldPlace(functionID: functionID, rule: key.rule, key: key.key))
    }
  }
}

extension Commit {
  /// What is counted stays as it is until the transaction ends. Where only one can write at a time, it does anyway.
  func lockLimits(of functionID: String) throws {
    _ = try db.row(
      "SELECT id FROM workflow_function WHERE id = :function /* FOR UPDATE */",
      ["function": functionID])
  }

  /// The same for what several functions count together.
  fileprivate func lockPools() throws {
    _ = try db.row("SELECT value FROM workflow_counter WHERE name = 'pools' /* FOR UPDATE */")
  }

  /// The values of a run's rules by name. Those of rules that the function has got since the run was made are made up
  /// for; nil when its event does not decode, so that it runs and says so.
  fileprivate func limitKeys(
    of run: Run, _ function: FunctionDefinition
  ) throws -> [String: String]? {
    var keys = try keys(ofRun: run.id)
    let wanted =
      function.rules.concurrencyNames
      + (function.rules.throttle == nil ? [] : [FlowRuleName.throttle])
    if !Set(wanted).isSubset(of: keys.map(\.rule)) {
      guard let event = try Event.fetch(db, id: run.eventID),
        let made = try? function.rules.keys(event)
      else { return nil }
      try keep(made, of: run.id, function)
      keys = try self.keys(ofRun: run.id)
    }
    return Dictionary(uniqueKeysWithValues: keys.map { ($0.rule, $0.key) })
  }

  fileprivate func isStill(_ run: Run) throws -> Bool {
    try db.row(
      "SELECT 1 AS one FROM workflow_run WHERE id = :run AND fence = :fence AND ended_ms IS NULL",
      ["run": run.id, "fence": run.fence]) != nil
  }

  /// A run that goes on after a rest is behind those that wait already.
  fileprivate func effectiveRank(of run: Run) -> Int64 {
    run.state == .queued || run.state == .scheduled ? run.rank : now
  }

  /// A debounced run of a singleton meets others only when it begins.
  fileprivate mutating func isSuperseded(
    _ run: Run, _ function: FunctionDefinition, _ keys: [String: String]
  ) throws -> Bool {
    guard run.startedAt == nil, function.rules.debounce != nil,
      let mode = function.rules.singleton, let key = keys[FlowRuleName.singleton],
      try !isOnly(mode, of: function.id, key: key, except: run.id)
    else { return false }
    _ = try cancel(run.id, reason: "another run of its key had not ended (singleton)")
    return true
  }

  /// Executing runs count, and those that were let go before this one and are about to execute.
  fileprivate func isFull(
    _ place: HoldPlace, limit: Int, for runID: String, rank: Int64
  ) throws -> Bool {
    if place.isPool { return try isPoolFull(place, limit: limit, for: runID, rank: rank) }
    let used: Int =
      try db.row(
        """
        SELECT count(*) AS used FROM (
          SELECT 1 FROM workflow_run r
            JOIN workflow_run_key k ON k.run_id = r.id AND k.rule = :rule AND k.key = :key
          WHERE r.function_id = :function AND r.state = 'running'
          UNION ALL
          SELECT 1 FROM workflow_run r
            JOIN workflow_run_key k ON k.run_id = r.id AND k.rule = :rule AND k.key = :key
          WHERE r.function_id = :function AND r.state = 'queued' AND r.is_held = 0
            AND r.id <> :run AND (r.rank_ms, r.id) < (:rank, :run)
          LIMIT :limit) AS users
        """,
        place.arguments(["run": runID, "rank": rank, "limit": limit]))?.get("used") ?? 0
    return used >= limit
  }

  /// The same over all functions. A run that no node can execute holds no place.
  private func isPoolFull(
    _ place: HoldPlace, limit: Int, for runID: String, rank: Int64
  ) throws -> Bool {
    let used: Int =
      try db.row(
        """
        SELECT count(*) AS used FROM (
          SELECT 1 FROM workflow_run r
            JOIN workflow_run_key k ON k.run_id = r.id AND k.rule = :rule AND k.key = :key
          WHERE r.state = 'running'
          UNION ALL
          SELECT 1 FROM workflow_run r
            JOIN workflow_run_key k ON k.run_id = r.id AND k.rule = :rule AND k.key = :key
          WHERE r.state = 'queued' AND r.is_held = 0
            AND r.id <> :run AND (r.rank_ms, r.id) < (:rank, :run)
            AND EXISTS (SELECT 1 FROM workflow_node_function WHERE function_id = r.function_id)
          LIMIT :limit) AS users
        """,
        ["rule": place.rule, "key": place.key, "run": runID, "rank": rank, "limit": limit])?
      .get("used") ?? 0
    return used >= limit
  }

  /// Lets one run after the other through at the rule's times. The first that has to wait for its time is scheduled
  /// for it, and all others are held behind it.
  fileprivate mutating func passes(
    _ rule: FlowRules.Rate, at place: HoldPlace, _ runID: String, rank: Int64
  ) throws -> Bool {
    if let first = try firstHeld(at: place, waiting: false), first != runID {
      try hold(runID, at: place, rank: rank)
      return false
    }
    if try isAnyWaiting(at: place, before: runID, rank: rank) {
      try hold(runID, at: place, rank: rank)
      try letNextGo(at: place)
      return false
    }
    switch try askRate(rule, place.rule, of: place.functionID, key: place.key) {
    case .admitted(let arrival):
      try keepArrival(arrival, place.rule, of: place.functionID, key: place.key)
      try forgetHold(of: runID)
      try letNextGo(at: place)
      return true
    case .refused(let until):
      try putFirst(runID, at: place, rank: rank, until: until)
      return false
    }
  }
}
