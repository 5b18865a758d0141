public import SceneDocument

/// What a render made, as the result document `result/1` tells it.
public struct RenderResult: Sendable {
  public var job: String
  public var state: RenderProgress.State
  public var documentSHA256: String
  public var programmeKey: String
  public var reproducible: Bool
  public var fingerprint: String
  public var outputs: [FilmOutput] = []
  public var scenes: [SceneReport] = []
  public var assets: [AssetReport] = []
  public var joins: [JoinReport] = []
  public var audio: SoundLevels?
  public var warnings: [Diagnostic] = []
  /// Seconds by phase.
  public var timings: [(phase: String, seconds: Double)] = []

  public struct FilmOutput: Sendable {
    public var variant: String
    public var path: String
    public var sha256: String
    public var bytes: Int64
    public var frames: Int
    public var samples: Int64
    /// Seconds.
    public var duration: Double
  }

  public struct SceneReport: Sendable {
    public var id: String
    public var startFrame: Int
    public var frames: Int
    public var keys: [String]
    /// Frames taken from the cache.
    public var reusedFrames: Int
    public var events: [PolicyEvent]
    /// Milliseconds by which the avatar's own sound lags behind the narration, where both exist.
    public var syncMS: Double?
  }

  public struct AssetReport: Sendable {
    public var id: String
    public var sha256: String
    public var frames: Int
    public var decodeErrors: Int
    public var missingFrames: Int
    /// As the document tells it.
    public var provenance: JSONValue
  }

  /// What is seen and heard where two scenes meet.
  public struct JoinReport: Sendable {
    public var atFrame: Int
    /// Mean step of luma from the last frame before to the first after.
    public var maxStep: Double
    public var holeSamples: Int64
    /// A frame at the join that is like neither neighbour.
    public var flash: Bool
    /// Three equal frames over the join.
    public var freeze: Bool
  }

  public struct SoundLevels: Sendable {
    /// nil for silence.
    public var lufs: Double?
    public var truePeakDB: Double?
    public var gainDB: Double
  }

  public var json: JSONValue {
    [
      "spec": "result/1", "job": .string(job), "state": .string(state.rawValue),
      "document_sha256": .string(documentSHA256), "programme_key": .string(programmeKey),
      "reproducible": .bool(reproducible), "fingerprint": .string(fingerprint),
      "outputs": .array(outputs.map(\.json)), "scenes": .array(scenes.map(\.json)),
      "assets": .array(assets.map(\.json)), "joins": .array(joins.map(\.json)),
      "audio": audio.map(\.json) ?? .null, "warnings": .array(warnings.map(\.json)),
      "timings": .object(
        timings.map { .init($0.phase, .number(($0.seconds * 1000).rounded() / 1000)) }),
    ]
  }
}

extension RenderResult.FilmOutput {
  var json: JSONValue {
    [
      "variant": .string(variant), "path": .string(path), "sha256": .string(sha256),
      "bytes": .number(Double(bytes)), "frames": .integer(frames),
      "samples": .number(Double(samples)),
      "duration": .number(duration),
    ]
  }
}

extension RenderResult.SceneReport {
  var json: JSONValue {
    [
      "id": .string(id), "start_frame": .integer(startFrame), "frames": .integer(frames),
      "key": .string(CanonicalJSON.sha256(of: .array(keys.map(JSONValue.string)))),
      "reused": .bool(reusedFrames == frames), "reused_frames": .integer(reusedFrames),
      "events": .array(events.map(\.json)), "sync_ms": syncMS.map(JSONValue.number) ?? .null,
    ]
  }
}

extension PolicyEvent {
  public var json: JSONValue {
    [
      "layer": .string(layer), "policy": .string(policy),
      "planned": .number(Double(plannedMicroseconds) / 1e6),
      "real": .number(Double(realMicroseconds) / 1e6),
    ]
  }
}

extension RenderResult.AssetReport {
  var json: JSONValue {
    [
      "id": .string(id), "sha256": .string(sha256), "frames": .integer(frames),
      "decode_errors": .integer(decodeErrors), "missing_frames": .integer(missingFrames),
      "provenance": provenance,
    ]
  }
}

extension RenderResult.JoinReport {
  var json: JSONValue {
    [
      "at_frame": .integer(atFrame), "max_step": .number((maxStep * 100).rounded() / 100),
      "hole_samples": .number(Double(holeSamples)), "flash": .bool(flash), "freeze": .bool(freeze),
    ]
  }

  /// Judges a join by the last two frames before it and the first two after.
  init?(atFrame frame: Int, before: [FrameProbe], after: [FrameProbe]) {
    guard let last = before.last, let first = after.first else { return nil }
    atFrame = frame
    maxStep = last.distance(to: first)
    holeSamples = 0
    let earlier = before.count > 1 ? before[before.count - 2] : last
    let later = after.count > 1 ? after[1] : first
    // Both sides agree and the frame between stands out.
    flash =
      (earlier.distance(to: later) < 4 && first.distance(to: later) > 24)
      || (earlier.distance(to: later) < 4 && last.distance(to: earlier) > 24)
    freeze =
      last.distance(to: first) == 0 && earlier.distance(to: last) == 0
      && first.distance(to: later) == 0
  }
}

extension RenderResult.SoundLevels {
  var json: JSONValue {
    func rounded(_ value: Double) -> JSONValue { .number((value * 100).rounded() / 100) }
    return [
      "lufs": lufs.map(rounded) ?? .null, "true_peak_db": truePeakDB.map(rounded) ?? .null,
      "gain_db": rounded(gainDB),
    ]
  }
}
