internal import Storage

extension Engine {
  /// Puts functions in the place of those of a group, while the engine runs: new ones are added, others replaced, and
  /// those that are no longer among them archived: their runs go on, and no new ones are made.
  ///
  /// A group is who they belong to, such as an app. The engine keeps none of this: whoever makes it anew gives
  /// it its groups again. Throws `InvalidFunction`, and changes nothing, where one makes no sense or has the id of a
  /// function of the engine's own or of another group.
  public func replaceFunctions(
    of group: String, with functions: [any RegistrableFunction]
  ) async throws {
    let definitions = functions.flatMap { $0.registration.definitions }
    let known = try core.changeFunctions { try $0.replacing(group, with: definitions) }
    try await core.commit { commit in
      for function in known.functions(of: group) { try commit.registerLate(function) }
    }
    core.bell.ring()
  }

  /// Throws what `replaceFunctions` would throw, and changes nothing.
  package func checkFunctions(of group: String, _ functions: [any RegistrableFunction]) throws {
    let definitions = functions.flatMap { $0.registration.definitions }
    _ = try core.functions.replacing(group, with: definitions)
  }

  /// Whether a run of the function can be asked for here.
  package func knows(function id: String) -> Bool {
    core.functions[id].map { !$0.isArchived } ?? false
  }

  /// The ids of a group's functions that are not archived.
  public func functions(of group: String) -> [String] {
    core.functions.functions(of: group).filter { !$0.isArchived }.map(\.id)
  }
}

extension Commit {
  /// As `register` does for all functions of a node that begins; this one may not have begun, and then does that later.
  fileprivate mutating func registerLate(_ function: FunctionDefinition) throws {
    let isNode =
      try db.row("SELECT 1 AS one FROM workflow_node WHERE id = :node", ["node": node]) != nil
    try register(function, isNode: isNode)
    try forgetSchedules(of: function)
  }

  /// A schedule that is taken out and put back later begins anew.
  private func forgetSchedules(of function: FunctionDefinition) throws {
    let schedules = Set(function.crons.map(\.schedule))
    let rows = try db.rows(
      "SELECT schedule FROM workflow_cron WHERE function_id = :id", ["id": function.id])
    for row in rows {
      let schedule: String = try row.get("schedule")
      if schedules.contains(schedule) { continue }
      try db.execute(
        "DELETE FROM workflow_cron WHERE function_id = :id AND schedule = :schedule",
        ["id": function.id, "schedule": schedule])
    }
  }
}
