extension FilmProgress {
  /// The share of a film's work that joining and verifying is.
  private static let joinShare = 0.05

  init(_ film: RenderJob, parts: [RenderJob], etaMS: Int64?) {
    let weight = parts.reduce(0) { $0 + $1.weight }
    let done = parts.reduce(0) { $0 + $1.weight * $1.fractionDone }
    let share = parts.isEmpty ? 1 : Self.joinShare
    let rendered = weight > 0 ? done / weight : (parts.allSatisfy(\.state.isSuccess) ? 1 : 0)
    self.init(
      film: film,
      fraction: film.state.isSuccess ? 1 : rendered * (1 - share) + film.fractionDone * share,
      etaMS: etaMS, parts: parts.count, partsDone: parts.count { $0.state.isSuccess },
      running: (parts + [film]).filter { $0.state == .leased }.map(\.label))
  }
}

extension RenderJob {
  /// 0 … 1.
  var fractionDone: Double {
    if state.isSuccess { return 1 }
    return frames > 0 ? Double(framesDone) / Double(frames) : 0
  }

  /// What is left of `weight`.
  var weightLeft: Double { state.isEnded ? 0 : weight * (1 - fractionDone) }
}
