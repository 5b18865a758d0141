internal import Media
internal import SceneDocument

/// What joining and verifying a film gave.
struct FinishedFilm: Sendable {
  var joined: FilmJoiner.Joined
  var findings: FilmVerifier.Findings
}

extension FilmRenderer {
  /// Of one film its own key, of several the hash of theirs.
  private var programmeKey: String {
    plans.count == 1
      ? plan.programmeKey
      : CanonicalJSON.sha256(of: .array(plans.map { .string($0.programmeKey) }))
  }

  /// The result of the films as far as it is known before they have their names. Scenes, joins and damage are
  /// the first variant's.
  func report(
    _ films: [FinishedFilm], _ sound: FinishedSound?, rendered: Set<String>
  ) -> RenderResult {
    let finished = films[0]
    var result = RenderResult(
      job: request.document.id, state: .done, documentSHA256: request.documentSHA256,
      programmeKey: programmeKey,
      reproducible: request.document.output.determinism == .exact, fingerprint: plan.fingerprint)
    result.warnings = request.warnings + (sound?.warnings ?? [])
    result.warnings += VoiceCheck.warnings(sound?.lags ?? [:], request.timeline)
    for (index, scene) in request.timeline.scenes.enumerated() {
      let own = plan.segments.filter { $0.scene == index }
      result.scenes.append(
        RenderResult.SceneReport(
          id: scene.id, startFrame: scene.startFrame, frames: scene.frames, keys: own.map(\.key),
          reusedFrames: own.reduce(0) { $0 + (rendered.contains($1.key) ? 0 : $1.range.count) },
          events: scene.events, syncMS: sound?.lags[index]))
    }
    for (sha256, asset) in request.timeline.assets.sorted(by: { $0.value.id < $1.value.id }) {
      let damage = finished.joined.damage[sha256] ?? DecodeDamage()
      result.assets.append(
        RenderResult.AssetReport(
          id: asset.id, sha256: sha256, frames: asset.record.video?.frames ?? 0,
          decodeErrors: damage.errors, missingFrames: damage.errors,
          provenance: request.document.assets.first { $0.id == asset.id }?.provenance.json ?? [:]))
      if damage.errors > 0 {
        result.warnings.append(
          Diagnostic(
            .damagedMedia, at: "/assets/\(asset.id)",
            "asset '\(asset.id)': \(damage.errors) decode errors in \(damage.frames) frames"))
      }
    }
    let output = request.document.output
    for (segment, join) in zip(plan.segments, finished.joined.joins) {
      guard segment.range.lowerBound == 0, var join else { continue }
      if let holes = finished.findings.holes {
        let frame = FrameIndex(segment.startFrame)
        let place = output.frameRate.sample(ofFrame: frame, rate: output.audio.rate)
        join.holeSamples = holes.samples(at: Int64(place.value))
      }
      result.joins.append(join)
    }
    result.audio = (sound?.report).map {
      RenderResult.SoundLevels(lufs: $0.lufs, truePeakDB: $0.truePeakDB, gainDB: $0.gainDB)
    }
    if !result.warnings.isEmpty { result.state = .doneWithWarnings }
    return result
  }
}
