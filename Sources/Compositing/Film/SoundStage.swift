internal import Foundation
internal import Media
internal import SceneDocument

/// What is reported of a programme's sound.
struct SoundSummary: Sendable {
  var lufs: Double?
  var truePeakDB: Double?
  var gainDB: Double
  /// By scene id.
  var syncMS: [String: Double]
  var warnings: [Diagnostic]
}

struct FinishedSound: Sendable {
  var path: String
  var report: SoundSummary
}

/// Takes the encoded sound from the cache, or mixes and encodes it.
struct SoundStage {
  var request: RenderRequest
  var plan: RenderPlan
  var cache: SegmentCache
  var workPath: String

  func run(_ interrupt: Interrupt) throws -> FinishedSound? { nil }
}
