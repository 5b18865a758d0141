internal import Storage

extension RenderQueue {
  /// Frames that the segments on record have, as far as they are made.
  public func framesRendered() async throws -> Int {
    try await database.read { db in
      try db.row(
        "SELECT COALESCE(sum(frames_done), 0) AS frames FROM render_job WHERE kind = 'segment'")?
        .get("frames") ?? 0
    }
  }
}
