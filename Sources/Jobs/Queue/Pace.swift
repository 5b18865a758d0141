internal import Storage

/// How fast jobs have been of late, and how many are worked on.
struct Pace {
  /// Milliseconds for each unit of weight: the median of the last jobs.
  private var medians: [JobKind: Double] = [:]
  /// Jobs at the same time.
  private var workers: Int

  init(_ db: any Connection) throws {
    for kind in JobKind.allCases {
      let rates = try db.rows(
        """
        SELECT elapsed_ms, weight FROM render_job
        WHERE kind = :kind AND ended_ms IS NOT NULL AND elapsed_ms IS NOT NULL AND weight > 0
        ORDER BY ended_ms DESC LIMIT 50
        """, ["kind": kind]
      ).map { try Double($0.get("elapsed_ms", as: Int64.self)) / $0.get("weight", as: Double.self) }
      if !rates.isEmpty { medians[kind] = rates.sorted()[rates.count / 2] }
    }
    workers =
      try db.row("SELECT count(*) AS jobs FROM render_job WHERE state = 'leased'")?
      .get("jobs") ?? 0
  }

  /// Milliseconds until the parts and then the film are done; nil where that cannot be judged.
  func remaining(film: RenderJob, parts: [RenderJob]) -> Int64? {
    guard !film.state.isEnded, workers > 0 else { return nil }
    var total = 0.0
    for part in parts where !part.state.isEnded {
      guard let median = medians[part.kind] else { return nil }
      total += part.weight * (1 - part.fractionDone) * median
    }
    let left = parts.count { !$0.state.isEnded }
    let join = (medians[.film] ?? 0) * film.weight * (1 - film.fractionDone)
    return Int64(total / Double(max(1, min(workers, left))) + join)
  }
}

extension RenderJob {
  var fractionDone: Double {
    if state.isSuccess { return 1 }
    return frames > 0 ? min(1, Double(framesDone) / Double(frames)) : 0
  }
}

extension FilmProgress {
  /// The share of a film's work that joining and verifying is.
  private static let joinShare = 0.05

  init(_ film: RenderJob, parts: [RenderJob], pace: Pace) {
    let weight = parts.reduce(0) { $0 + $1.weight }
    let done = parts.reduce(0) { $0 + $1.weight * $1.fractionDone }
    let share = parts.isEmpty ? 1 : Self.joinShare
    let rendered = weight > 0 ? done / weight : 1
    self.init(
      film: film,
      fraction: film.state.isSuccess ? 1 : rendered * (1 - share) + film.fractionDone * share,
      etaMS: pace.remaining(film: film, parts: parts), parts: parts.count,
      partsDone: parts.count { $0.state.isSuccess },
      running: (parts + [film]).filter { $0.state == .leased }.map(\.label))
  }
}
