internal import Dispatch
internal import Media
public import SceneDocument
internal import Synchronization

/// What is to be made: segments with their keys, the sound's key, and the key of the whole.
public struct RenderPlan: Sendable {
  public let segments: [PlannedSegment]
  public let profile: VideoProfile
  public let fingerprint: String
  /// SHA-256 of all that the encoded sound depends on.
  public let soundKey: String
  /// SHA-256 of the ordered keys: equal for equal films.
  public let programmeKey: String
  let chapters: [Muxer.Chapter]

  public init(_ request: RenderRequest) {
    let timeline = request.timeline
    let output = request.document.output
    fingerprint = Fingerprint.current
    profile = VideoProfile(output)
    let (profile, fingerprint) = (profile, fingerprint)
    let made = Mutex<(segments: [PlannedSegment], soundKey: String)>(([], ""))
    DispatchQueue.concurrentPerform(iterations: 2) { number in
      if number == 0 {
        let segments = SegmentPlan.segments(
          of: timeline, profile: profile, fingerprint: fingerprint)
        made.withLock { $0.segments = segments }
      } else {
        let key = CanonicalJSON.sha256(of: [
          "sound": timeline.sound.json, "codec": .string(output.audio.codec.rawValue),
          "kbps": .integer(output.audio.kilobits), "container": .string(output.container.rawValue),
          "fingerprint": .string(fingerprint),
        ])
        made.withLock { $0.soundKey = key }
      }
    }
    (segments, soundKey) = made.withLock { $0 }
    chapters =
      output.chapters
      ? timeline.scenes.filter { !$0.title.isEmpty }.map {
        Muxer.Chapter(
          title: $0.title, start: Int64($0.startFrame), end: Int64($0.startFrame + $0.frames))
      } : []
    programmeKey = CanonicalJSON.sha256(of: [
      "segments": .array(segments.map { .string($0.key) }), "sound": .string(soundKey),
      "container": .string(output.container.rawValue), "title": .string(request.document.title),
      "chapters": .array(
        chapters.map { [.string($0.title), .number(Double($0.start)), .number(Double($0.end))] }),
      "subtitles": .string(SoftSubtitles(request)?.webVTT ?? ""),
    ])
  }
}

extension SoundProgramme {
  /// The canonical JSON that the sound's key is the hash of.
  public var json: JSONValue {
    [
      "v": "canonical/1", "rate": .integer(rate), "channels": .integer(channels),
      "samples": .number(Double(samples)),
      "loudness": loudness.map {
        ["target_lufs": .number($0.targetLUFS), "true_peak_db": .number($0.truePeakDB)]
      } ?? .null,
      "clips": .array(clips.map(\.json)),
    ]
  }
}

extension SoundClip {
  var json: JSONValue {
    [
      "asset": .string(sha256), "count": .number(Double(count)),
      "duck": duck.map {
        [
          "attack_ms": .number($0.attackMS), "by_db": .number($0.byDB),
          "release_ms": .number($0.releaseMS),
        ]
      } ?? .null, "fades": [.number(Double(fadeIn)), .number(Double(fadeOut))],
      "gain_db": .number(gainDB), "loop": .bool(loop), "pingpong": .bool(pingpong),
      "rate": rate.json, "role": .string(role.rawValue),
      "source": [.number(Double(sourceStart)), .number(Double(sourceEnd))],
      "speech": speech.map { windows in
        .array(windows.map { [.number(Double($0.from)), .number(Double($0.to))] })
      } ?? .null, "start": .number(Double(start)),
    ]
  }
}
