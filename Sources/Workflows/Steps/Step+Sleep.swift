internal import Storage

extension Step {
  /// Does nothing for a time, measured by the clock of the day. A sleeping run costs a row and no thread.
  public func sleep(_ name: String, for duration: Duration) async throws {
    try await sleep(name) { $0 + duration.milliseconds }
  }

  /// Does nothing until an instant, in UTC milliseconds since 1970; one that has passed is no sleep.
  public func sleep(_ name: String, until instant: Int64) async throws {
    try await sleep(name) { _ in instant }
  }

  private func sleep(_ name: String, until instant: (Int64) -> Int64) async throws {
    try await withSlot(name, .sleep) { slot in
      if slot.record?.state == .done { return }
      let due = slot.record?.dueAt ?? instant(slot.startedAt)
      try await sleep(slot.entry(.sleeping), until: due)
      live.noteFinishedStep()
    }
  }

  /// Rests until `due`, and writes the end of the sleep.
  func sleep(_ entry: StepEntry, until due: Int64) async throws {
    var entry = entry
    entry.state = .sleeping
    entry.due = due
    let sleeping = entry
    while true {
      let (isOver, wake) = try await live.rest(at: sleeping.place, until: due, isWaiting: false) {
        commit, ticket -> Bool? in
        let isOver = due <= commit.now
        var entry = sleeping
        if isOver { entry.state = .done }
        try commit.record(entry, ticket)
        return isOver ? true : nil
      }
      // The claim has marked the sleep as over; otherwise the next turn does.
      if isOver != nil { return }
      if case .claimed(let instant) = wake, due <= instant { return }
    }
  }
}
