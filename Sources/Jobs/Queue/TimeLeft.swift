internal import Storage

/// Judges how long jobs will take by how long such jobs have taken of late.
struct TimeLeft {
  /// Jobs of a kind that are looked at.
  private static let sample = 50

  private struct Class: Hashable {
    var kind: JobKind
    /// Nil for all of them.
    var profile: String?
  }

  /// Milliseconds for each unit of weight: the median of the last jobs.
  private var medians: [Class: Double] = [:]
  /// Jobs that can be done at the same time.
  private var slots: Int
  private var isPaused: Bool

  init(_ db: any Connection, now: Int64) throws {
    isPaused = try db.row("SELECT since_ms FROM render_queue_pause") != nil
    let workers = try WorkerRecord.present(db, now: now)
    slots = workers.reduce(0) { $0 + $1.slots }
    if slots == 0 {
      slots =
        try db.row("SELECT count(*) AS jobs FROM render_job WHERE state = 'leased'")?
        .get("jobs") ?? 0
    }
    var rates: [Class: [Double]] = [:]
    for kind in JobKind.allCases {
      for row in try Self.history(db, kind) {
        let rate = try Double(row.get("elapsed_ms", as: Int64.self)) / row.get("weight")
        rates[Class(kind: kind, profile: try row.get("profile")), default: []].append(rate)
        rates[Class(kind: kind), default: []].append(rate)
      }
    }
    medians = rates.mapValues(Self.median)
  }

  private static func history(_ db: any Connection, _ kind: JobKind) throws -> [Row] {
    try db.rows(
      """
      SELECT elapsed_ms, weight, profile FROM render_job
      WHERE kind = :kind AND ended_ms IS NOT NULL AND elapsed_ms IS NOT NULL AND weight > 0
      ORDER BY ended_ms DESC LIMIT :sample
      """, ["kind": kind, "sample": sample])
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }

  /// By jobs of the same profile; where there are none, by all of the kind.
  private func rate(_ kind: JobKind, _ profile: String) -> Double? {
    medians[Class(kind: kind, profile: profile)] ?? medians[Class(kind: kind)]
  }

  /// Milliseconds until `film` is done; nil where that cannot be judged.
  func of(_ film: RenderJob, parts: [RenderJob], _ db: any Connection) throws -> Int64? {
    guard !film.state.isEnded, !isPaused, !film.isPaused, slots > 0 else { return nil }
    let left = parts.filter { !$0.state.isEnded }
    var (total, jobs) = (0.0, left.count)
    for part in left {
      guard let rate = rate(part.kind, part.profile) else { return nil }
      total += part.weightLeft * rate
    }
    for row in try Self.ahead(db, of: film) {
      let kind: JobKind = try row.get("kind")
      // Joining is quick: until one has been timed it counts for nothing.
      guard let rate = rate(kind, try row.get("profile")) ?? (kind == .film ? 0 : nil) else {
        return nil
      }
      total += try row.get("weight", as: Double.self) * rate
      jobs += try row.get("jobs", as: Int.self)
    }
    let join = (rate(.film, film.profile) ?? 0) * film.weightLeft
    return Int64(total / Double(max(1, min(slots, jobs))) + join)
  }

  /// Work that is not the film's and is given out before it.
  private static func ahead(_ db: any Connection, of film: RenderJob) throws -> [Row] {
    try db.rows(
      """
      SELECT kind, profile, count(*) AS jobs, sum(weight * (
        1.0 - CASE WHEN frames > 0 THEN frames_done * 1.0 / frames ELSE 0.0 END)) AS weight
      FROM render_job
      WHERE \(RenderJob.isLive) AND state <> 'blocked' AND is_paused = 0 AND id <> :id
        AND (priority < :priority OR (priority = :priority AND id < :id))
        AND NOT EXISTS (
          SELECT 1 FROM render_job_need WHERE job_id = :id AND needs_id = render_job.id)
      GROUP BY kind, profile
      """, ["id": film.id, "priority": film.priority])
  }
}
