internal import Storage

extension Engine {
  /// Starts one function, whatever its triggers are, as far as its limits let it; gives the stored event. `input` is a JSON object, which a function
  /// in Swift gets as its input. Throws `InvalidFunction` where no such function is registered.
  package func invoke(function id: String, input: String) async throws -> Event {
    try await core.commit { commit in
      guard let function = commit.functions[id], !function.isArchived else {
        throw InvalidFunction("no function '\(id)' is registered\n  → register its app first")
      }
      let data = try function.dataOfInvocation(input, by: "")
      let events = try commit.receive([OutgoingEvent(ownNamed: OwnEvent.invoked, data: data)])
      try commit.take(events[0], for: function)
      return events[0]
    }
  }

  /// Ends the wait for a signal; gives the run that waited for it, nil where none did. `data` is JSON.
  package func signal(_ name: String, data: String) async throws -> String? {
    try await core.commit { commit in
      guard let run = try commit.waiter(forSignal: name) else { return nil }
      let body = "{\"signal\":\(try JSON.encode(name)),\"data\":\(data)}"
      _ = try commit.receive([OutgoingEvent(ownNamed: OwnEvent.signal(name), data: body)])
      return run
    }
  }
}

extension OwnEvent {
  /// A signal is an event that only waits can hear.
  static func signal(_ name: String) -> String { "inngest/signal/\(name)" }
}

extension Commit {
  /// The run that waits for a signal.
  func waiter(forSignal name: String) throws -> String? {
    try db.row(
      "SELECT run_id FROM workflow_wait WHERE event_name = :name ORDER BY created_ms LIMIT 1",
      ["name": OwnEvent.signal(name)])?.get("run_id")
  }
}
