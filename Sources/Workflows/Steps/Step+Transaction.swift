public import Storage

extension Step {
  /// Reads and writes records in one transaction with the step's own: both are there afterwards, or neither.
  ///
  /// So the records are written exactly once, whatever dies. `work` runs on the database's thread and must do nothing
  /// but read and write records.
  @discardableResult
  public func transaction<Value: Codable & Sendable>(
    _ name: String, retries: RetryPolicy? = nil,
    _ work: @escaping @Sendable (any Connection) throws -> Value
  ) async throws -> Value {
    try await withSlot(name, .transaction) { slot in
      if let value = try stored(slot, as: Value.self) { return value }
      return try await attempt(slot, retries) { _, entry in
        let value = try await live.commit { commit, ticket in
          let value: Value
          var entry = entry
          do {
            value = try work(commit.db)
            entry.result = try encode(value, of: slot)
          } catch {
            throw StepBodyError(cause: error)
          }
          try commit.record(entry, ticket)
          return value
        }
        live.noteFinishedStep()
        return value
      }
    }
  }

  /// The same for work without a result.
  @_disfavoredOverload
  public func transaction(
    _ name: String, retries: RetryPolicy? = nil,
    _ work: @escaping @Sendable (any Connection) throws -> Void
  ) async throws {
    _ = try await transaction(name, retries: retries) { connection -> NoOutput in
      try work(connection)
      return NoOutput()
    }
  }
}
