internal import Compositing
internal import SceneDocument

extension PlanReport {
  /// In the names of the result document; `canonical` adds what each key is the hash of.
  func json(canonical: Bool, timings: JSONValue) -> JSONValue {
    let timeline = request.timeline
    var sound: [JSONValue.Member] = [
      .init("key", .string(plan.soundKey)), .init("reused", .bool(soundWhy == nil)),
      .init("why", soundWhy?.json ?? .null),
    ]
    if canonical { sound.append(.init("canonical", timeline.sound.json)) }
    return [
      "spec": "plan/1", "job": .string(request.document.id),
      "state": request.warnings.isEmpty ? "done" : "done_with_warnings",
      "document_sha256": .string(request.documentSHA256),
      "programme_key": .string(plan.programmeKey),
      "reproducible": .bool(request.document.output.determinism == .exact),
      "fingerprint": .string(plan.fingerprint),
      "outputs": [
        [
          "variant": "main", "path": .string(outputPath), "frames": .integer(timeline.frames),
          "samples": .number(Double(timeline.sound.samples)),
          "duration": .number(Double(timeline.frames) / timeline.frameRate.doubleValue),
        ]
      ],
      "scenes": .array(scenes.map { $0.json(canonical: canonical) }),
      "assets": .array(
        timeline.assets.sorted { $0.value.id < $1.value.id }.map {
          [
            "id": .string($0.value.id), "sha256": .string($0.key),
            "frames": .integer($0.value.record.video?.frames ?? 0),
          ]
        }),
      "audio": .object(sound),
      "profile": plan.profile.json,
      "expected": [
        "frames": .integer(frames), "jobs": .integer(jobs),
        "seconds": expectedSeconds.map { .number(($0 * 10).rounded() / 10) } ?? .null,
        "bytes": expectedBytes.map { .number(Double($0)) } ?? .null,
      ],
      "warnings": .array(request.warnings.map(\.json)), "timings": timings,
    ]
  }
}

extension PlanReport.Scene {
  fileprivate func json(canonical: Bool) -> JSONValue {
    [
      "id": .string(scene.id), "start_frame": .integer(scene.startFrame),
      "frames": .integer(scene.frames),
      "key": .string(
        CanonicalJSON.sha256(of: .array(segments.map { .string($0.planned.key) }))),
      "reused": .bool(keptFrames == scene.frames), "reused_frames": .integer(keptFrames),
      "duration_rule": .string(scene.durationRule.rawValue),
      "events": .array(scene.events.map(\.json)),
      "segments": .array(segments.map { $0.json(canonical: canonical) }),
    ]
  }
}

extension PlanReport.Segment {
  fileprivate func json(canonical: Bool) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("start_frame", .integer(planned.startFrame)),
      .init("frames", .integer(planned.range.count)), .init("key", .string(planned.key)),
      .init("reused", .bool(why == nil)), .init("why", why?.json ?? .null),
    ]
    if canonical { members.append(.init("canonical", planned.picture.json)) }
    return .object(members)
  }
}
