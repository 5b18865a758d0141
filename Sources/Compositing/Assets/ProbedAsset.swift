public import Media
public import SceneDocument

/// A probed file: what it holds, where it is, and how much of it was lost.
public struct ProbedAsset: Sendable, Hashable, Codable {
  public var record: ProbeRecord
  /// Absolute path without links.
  public var location: String
  /// The state of the file that `record` is true of.
  public var identity: LocalFile.Identity
  public var damage: Damage
  /// Its frames are made of two fields taken one after the other.
  public var isInterlaced: Bool

  /// What the container promises and the file does not hold.
  public struct Damage: Sendable, Hashable, Codable {
    /// Frames, of `missingFrames` + the record's `frames`.
    public var missingFrames = 0
    /// Samples per channel, of `missingSamples` + the record's `samples`.
    public var missingSamples: Int64 = 0

    public init() {}
  }

  /// The larger share of what is missing, of frames or of samples: 0 … 1.
  public var missingShare: Double {
    let frames = Double(damage.missingFrames)
    let samples = Double(damage.missingSamples)
    return max(
      frames > 0 ? frames / (frames + Double(record.video?.frames ?? 0)) : 0,
      samples > 0 ? samples / (samples + Double(record.audio?.samples ?? 0)) : 0)
  }
}
