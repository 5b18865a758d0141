internal import Compositing
internal import Foundation
internal import SceneDocument

/// How fast earlier renders with the same settings were, and how large their films: `speeds.json` in the cache
/// folder. What is expected of the next one comes from it alone, so before the first there is nothing.
struct SpeedRecord: Codable {
  /// Of one profile; newer renders count more.
  struct Speed: Codable {
    /// Seconds of one worker for a frame.
    var secondsPerFrame: Double?
    /// Seconds for a second of sound.
    var soundFactor: Double?
    /// Seconds for joining, verifying and publishing a frame.
    var finishPerFrame: Double
    var bytesPerFrame: Double
  }

  var version = 1
  /// By SHA-256 of the settings of pictures and sound.
  var speeds: [String: Speed] = [:]

  static func reading(cacheFolder: String) -> SpeedRecord {
    let data = try? Data(contentsOf: file(cacheFolder))
    let record = data.flatMap { try? JSONDecoder().decode(SpeedRecord.self, from: $0) }
    return record.flatMap { $0.version == 1 ? $0 : nil } ?? SpeedRecord()
  }

  private static func file(_ cacheFolder: String) -> URL {
    URL(fileURLWithPath: cacheFolder, isDirectory: true)
      .appendingPathComponent("speeds.json", isDirectory: false)
  }

  static func key(_ plan: RenderPlan, _ output: Output) -> String {
    CanonicalJSON.sha256(of: [
      "video": plan.profile.json, "codec": .string(output.audio.codec.rawValue),
      "kbps": .integer(output.audio.kilobits), "container": .string(output.container.rawValue),
    ])
  }

  /// Learns from a finished render, in which `workers` were at work at the same time.
  static func learn(
    from result: RenderResult, key: String, workers: Int, soundWasKept: Bool, cacheFolder: String
  ) {
    guard let film = result.outputs.first, film.frames > 0 else { return }
    let seconds = Dictionary(
      result.timings.map { ($0.phase, $0.seconds) }, uniquingKeysWith: { $0 + $1 })
    let rendered = result.scenes.reduce(0) { $0 + $1.frames - $1.reusedFrames }
    let finish = ["join", "verify", "publish"].reduce(0) { $0 + (seconds[$1] ?? 0) }
    let rendering = seconds["render"] ?? 0
    var now = Speed(
      finishPerFrame: finish / Double(film.frames),
      bytesPerFrame: Double(film.bytes) / Double(film.frames))
    // A handful of frames is mostly opening and closing.
    if rendered >= 24 {
      now.secondsPerFrame = rendering * Double(workers) / Double(rendered)
    } else if rendered == 0, !soundWasKept, film.duration > 0 {
      now.soundFactor = rendering / film.duration
    }
    var record = reading(cacheFolder: cacheFolder)
    record.speeds[key] = record.speeds[key].map { $0.mixed(with: now) } ?? now
    let data = try? JSONEncoder().encode(record)
    try? data?.write(to: file(cacheFolder), options: .atomic)
  }
}

extension SpeedRecord.Speed {
  fileprivate func mixed(with new: Self) -> Self {
    func mean(_ old: Double?, _ new: Double?) -> Double? {
      guard let old, let new else { return new ?? old }
      return (old + new) / 2
    }
    return Self(
      secondsPerFrame: mean(secondsPerFrame, new.secondsPerFrame),
      soundFactor: mean(soundFactor, new.soundFactor),
      finishPerFrame: (finishPerFrame + new.finishPerFrame) / 2,
      bytesPerFrame: (bytesPerFrame + new.bytesPerFrame) / 2)
  }

  /// Seconds for a film of `frames`, of which `rendered` are rendered by `workers` at a time.
  func seconds(frames: Int, rendered: Int, workers: Int, soundSeconds: Double) -> Double? {
    guard let secondsPerFrame = rendered == 0 ? 0 : secondsPerFrame else { return nil }
    let pictures = secondsPerFrame * Double(rendered) / Double(max(workers, 1))
    // Sound is made beside the pictures.
    let sound = soundSeconds * (soundFactor ?? 0)
    return max(pictures, sound) + finishPerFrame * Double(frames)
  }
}
