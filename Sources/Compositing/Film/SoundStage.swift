internal import Foundation
internal import Media
internal import SceneDocument

/// The programme's sound, encoded, with what is reported of it.
struct FinishedSound: Sendable {
  /// A packet file in the render's work folder.
  var path: String
  var report: SoundReport
  var isReused: Bool
  /// Milliseconds by which avatars lag behind the narration, by scene.
  var lags: [Int: Double] = [:]

  /// What the author should know of it.
  var warnings: [Diagnostic] {
    guard report.isLimited, let reached = report.lufs, let target = report.targetLUFS else {
      return []
    }
    return [
      Diagnostic(
        .loudnessLimited, at: "/audio/loudness",
        """
        the loudness reaches \(Self.text(reached)) LUFS instead of \(Self.text(target)): the true \
        peak's bound allows no more gain
          → lower the loudest sounds, or raise 'true_peak_db'
        """)
    ]
  }

  private static func text(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}

/// Takes the encoded sound from the cache, or mixes and encodes it.
struct SoundStage {
  var request: RenderRequest
  var plan: RenderPlan
  var cache: SegmentCache
  var workPath: String

  func run(_ interrupt: Interrupt) throws -> FinishedSound {
    var sound = try encoded(interrupt)
    sound.lags = try VoiceCheck(
      timeline: request.timeline, files: request.files, cache: cache, workPath: workPath
    ).run(interrupt)
    return sound
  }

  private func encoded(_ interrupt: Interrupt) throws -> FinishedSound {
    let key = plan.soundKey
    let path = workPath + "/" + key
    if cache.link(key, to: path) {
      if let sound = try? EncodedSound(reading: path) {
        return FinishedSound(path: path, report: sound.report, isReused: true)
      }
      // Damaged on disk: make it again.
      _ = HostFile.remove(path)
      cache.remove(key)
    }
    let paths = request.files.paths
    let mixer = SoundMixer(
      programme: request.timeline.sound, files: { paths[$0] }, workFolder: workPath,
      interrupt: interrupt)
    let mixed = try mixer.mix()
    let report = try EncodedSound.encode(
      mixed, profile: SoundProfile(request.document.output), to: path, interrupt: interrupt)
    cache.store(path, as: key)
    return FinishedSound(path: path, report: report, isReused: false)
  }
}
