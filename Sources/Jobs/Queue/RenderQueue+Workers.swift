internal import Storage

extension RenderQueue {
  /// Lets others see that a worker is there; called again every few seconds.
  public func see(worker id: String, host: String, pid: Int, slots: Int) async throws {
    let now = clock.now
    try await database.write { db in
      try db.execute(
        """
        INSERT INTO render_worker (id, host, pid, slots, started_ms, seen_ms)
        VALUES (:id, :host, :pid, :slots, :now, :now)
        ON CONFLICT (id) DO UPDATE SET seen_ms = :now, slots = :slots
        """, ["id": id, "host": host, "pid": pid, "slots": slots, "now": now])
      // Those that have not been seen for a day are gone.
      try db.execute(
        "DELETE FROM render_worker WHERE seen_ms < :time", ["time": now - 86_400_000])
    }
  }

  /// The worker has ended. Leases it still has run out.
  public func forget(worker id: String) async throws {
    try await database.write { try WorkerRecord.delete($0, id: id) }
  }

  /// Workers that were seen within the last minute, the oldest first.
  public func workers() async throws -> [WorkerRecord] {
    let now = clock.now
    return try await database.read { try WorkerRecord.present($0, now: now) }
  }
}

extension WorkerRecord {
  static func present(_ db: any Connection, now: Int64) throws -> [WorkerRecord] {
    try db.rows(
      """
      SELECT worker.*, (
        SELECT count(*) FROM render_job WHERE state = 'leased' AND owner = worker.id) AS jobs
      FROM render_worker AS worker WHERE seen_ms >= :since ORDER BY started_ms, id
      """, ["since": now - 60_000]
    ).map(WorkerRecord.init)
  }

  static func delete(_ db: any Connection, id: String) throws {
    try db.execute("DELETE FROM render_worker WHERE id = :id", ["id": id])
  }
}
