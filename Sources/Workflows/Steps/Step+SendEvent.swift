internal import Storage

extension Step {
  /// Sends an event, in one transaction with the step's record: it is sent exactly once. Gives the stored event's id.
  @discardableResult
  public func sendEvent<Payload: WorkflowEvent>(_ name: String, _ payload: Payload) async throws
    -> String
  {
    try await sendEvents(name, [OutgoingEvent(payload)])[0]
  }

  /// Sends several events at once; their ids in the same order.
  @discardableResult
  public func sendEvents(_ name: String, _ events: [OutgoingEvent]) async throws -> [String] {
    try await withSlot(name, .send) { slot in
      if let ids = try stored(slot, as: [String].self) { return ids }
      let entry = slot.entry(.done)
      let ids = try await live.commit { commit, ticket in
        // The fence is checked before anything is sent; what follows is undone with it where it does not hold.
        let ids = try commit.receive(events).map(\.id)
        var entry = entry
        entry.result = try JSON.encode(ids)
        try commit.record(entry, ticket)
        return ids
      }
      live.noteFinishedStep()
      return ids
    }
  }
}
