internal import Foundation
internal import Media
internal import SceneDocument

/// Measures how far avatars lag behind the narration that was laid over them, once for each pair of voices: the
/// cache keeps what was found.
struct VoiceCheck {
  /// Milliseconds that are not noticed; sound that is late by more is seen on the lips.
  static let tolerance = 40.0

  var timeline: Timeline
  var files: PictureFiles
  var cache: SegmentCache
  var workPath: String

  /// Milliseconds by the scene's index in the timeline; nothing for voices that do not say the same.
  func run(_ interrupt: Interrupt) throws -> [Int: Double] {
    var lags: [Int: Double] = [:]
    for (index, scene) in timeline.scenes.enumerated() {
      if let pair = scene.voices { lags[index] = try lag(pair, interrupt) }
    }
    return lags
  }

  /// For scenes whose avatar is out of step.
  static func warnings(_ lags: [Int: Double], _ timeline: Timeline) -> [Diagnostic] {
    lags.sorted { $0.key < $1.key }.compactMap { index, lag in
      guard abs(lag) > tolerance else { return nil }
      let scene = timeline.scenes[index]
      let way = lag > 0 ? "later" : "earlier"
      return Diagnostic(
        .lipSync, at: "/scenes/\(scene.index)/avatar",
        """
        scene '\(scene.id)': the avatar speaks \(Int(abs(lag).rounded())) ms \(way) than the narration
          → set 'offset' of the narration, or 'trim' or 'from' of the avatar
        """)
    }
  }

  private func lag(_ pair: VoicePair, _ interrupt: Interrupt) throws -> Double? {
    let key = CanonicalJSON.sha256(of: [
      "v": "lip-sync/1", "narration": pair.narration.json, "avatar": pair.avatar.json,
    ])
    let path = workPath + "/" + key
    if cache.link(key, to: path), let text = try? String(contentsOfFile: path, encoding: .utf8) {
      if text == "different" { return nil }
      if let lag = Double(text) { return lag }
      cache.remove(key)
      _ = HostFile.remove(path)
    }
    guard let narration = track(pair.narration), let avatar = track(pair.avatar) else { return nil }
    let lag: Double?
    do {
      lag = try LipSync.milliseconds(of: avatar, behind: narration, interrupt: interrupt)
    } catch let error as MediaError where !error.isInterrupted {
      // A voice that may not be heard at all is no reason to fail; the mixer tells of those that are.
      return nil
    }
    try HostFile.replace(path, with: Array((lag.map { "\($0)" } ?? "different").utf8))
    cache.store(path, as: key)
    return lag
  }

  private func track(_ voice: VoicePair.Voice) -> LipSync.Track? {
    files.paths[voice.sha256].map {
      LipSync.Track(
        path: $0, sourceStart: voice.sourceStart, sourceEnd: voice.sourceEnd, start: voice.start)
    }
  }
}

extension VoicePair.Voice {
  fileprivate var json: JSONValue {
    [
      "asset": .string(sha256), "source": [.integer(Int(sourceStart)), .integer(Int(sourceEnd))],
      "start": .integer(Int(start)),
    ]
  }
}
