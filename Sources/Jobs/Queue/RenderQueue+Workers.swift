internal import Storage

extension RenderQueue {
  /// Lets others see that a worker is there; called again now and then.
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

  public func forget(worker id: String) async throws {
    try await database.write {
      try $0.execute("DELETE FROM render_worker WHERE id = :id", ["id": id])
    }
  }

  /// Workers that were seen within the last minute, the oldest first.
  public func workers() async throws -> [WorkerRecord] {
    let since = clock.now - 60_000
    return try await database.read { db in
      try db.rows(
        """
        SELECT worker.*, (
          SELECT count(*) FROM render_job WHERE state = 'leased' AND owner = worker.id) AS jobs
        FROM render_worker AS worker WHERE seen_ms >= :since ORDER BY started_ms, id
        """, ["since": since]
      ).map { row in
        WorkerRecord(
          id: try row.get("id"), host: try row.get("host"), pid: try row.get("pid"),
          slots: try row.get("slots"), startedMS: try row.get("started_ms"),
          seenMS: try row.get("seen_ms"), jobs: try row.get("jobs"))
      }
    }
  }
}
