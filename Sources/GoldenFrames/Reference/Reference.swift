public import SceneDocument

/// The text part of a golden.
public struct Reference: Sendable, Hashable {
  /// SHA-256 of the document's text.
  public var document: String
  public var width: Int
  public var height: Int
  /// Seconds of one unit of a pts: one frame.
  public var timeBase: Rational
  /// What recorded the digests, the first of a frame being of the first build.
  public var builds: [String]
  /// Frames that are kept as pictures, rising.
  public var keyFrames: [Int]
  public var scenes: [SceneNote]
  public var clips: [ClipNote]
  public var sound: SoundNote?
  public var frames: [FrameNote]
  /// SHA-256 of the samples of `squares.png`.
  public var squares: String

  public init(
    document: String, width: Int, height: Int, timeBase: Rational, builds: [String],
    keyFrames: [Int], scenes: [SceneNote], clips: [ClipNote], sound: SoundNote?,
    frames: [FrameNote], squares: String
  ) {
    (self.document, self.width, self.height) = (document, width, height)
    (self.timeBase, self.builds, self.keyFrames) = (timeBase, builds, keyFrames)
    (self.scenes, self.clips, self.sound) = (scenes, clips, sound)
    (self.frames, self.squares) = (frames, squares)
  }

  /// Digests of a frame that are accepted, each of the build that has this place in `builds`.
  public struct FrameNote: Sendable, Hashable {
    public var pts: Int64
    public var digest: String
    public var hash: PerceptualHash
    public var alternatives: [Alternative] = []

    public init(pts: Int64, digest: String, hash: PerceptualHash) {
      (self.pts, self.digest, self.hash) = (pts, digest, hash)
    }

    public func accepts(_ digest: String) -> Bool {
      digest == self.digest || alternatives.contains { $0.digest == digest }
    }
  }

  public struct Alternative: Sendable, Hashable {
    public var build: Int
    public var digest: String
    public init(build: Int, digest: String) { (self.build, self.digest) = (build, digest) }
  }

  /// The mixed sound, before it is encoded, with its gain.
  public struct SoundNote: Sendable, Hashable {
    public var digest: String
    public var rate: Int
    public var channels: Int
    public var samples: Int64
    public var gainDB: Double
    /// The first 16 digits of the SHA-256 of each second.
    public var seconds: [String]
    /// SHA-256 of the samples of `sound.png`.
    public var table: String
    public var alternatives: [Alternative] = []

    public func accepts(_ digest: String) -> Bool {
      digest == self.digest || alternatives.contains { $0.digest == digest }
    }
  }

  /// A scene as it was described when it was recorded.
  public struct SceneNote: Sendable, Hashable {
    public var id: String
    public var start: Int
    public var frames: Int
    /// Canonical JSON of how it begins; nil for a cut.
    public var transition: String?
    /// Bottom to top.
    public var layers: [LayerNote]
  }

  public struct LayerNote: Sendable, Hashable {
    public var id: String
    /// Canonical JSON.
    public var description: String
  }

  public struct ClipNote: Sendable, Hashable {
    /// The document's id of the asset.
    public var asset: String
    public var description: String
  }
}
