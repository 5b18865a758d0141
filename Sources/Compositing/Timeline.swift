public import SceneDocument

/// A document with every duration settled: scenes in whole frames and samples, each with the pictures
/// and sounds that the renderer makes of it.
public struct Timeline: Sendable {
  public var width: Int
  public var height: Int
  public var frameRate: Rational
  /// Length of the programme in frames: the sum of the scenes'.
  public var frames: Int
  public var scenes: [TimelineScene]
  public var sound: SoundProgramme
  /// Every asset that a picture or sound needs, by SHA-256.
  public var assets: [String: TimelineAsset]
  /// Paths of the font files that text is set in, by SHA-256.
  public var fonts: [String: String] = [:]
  /// BCP 47 tag of the captions; nil without captions.
  public var captionLanguage: String?

  public init(
    width: Int, height: Int, frameRate: Rational, frames: Int, scenes: [TimelineScene],
    sound: SoundProgramme, assets: [String: TimelineAsset]
  ) {
    (self.width, self.height, self.frameRate, self.frames) = (width, height, frameRate, frames)
    (self.scenes, self.sound, self.assets) = (scenes, sound, assets)
  }
}

/// One scene in its place.
public struct TimelineScene: Sendable {
  public enum DurationRule: String, Sendable {
    case fixed, narration, captions, background
    case avatarSound = "avatar_sound"
    case avatarPicture = "avatar_picture"
  }

  public var id: String
  public var title: String
  /// Index in the document's list, for pointers.
  public var index: Int
  public var startFrame: Int
  public var frames: Int
  public var durationRule: DurationRule
  public var picture: ScenePicture
  /// How the scene before goes out over this one's first frames; nil is a cut.
  public var transition: SceneTransition?
  /// Policies that fired, with planned and real lengths.
  public var events: [PolicyEvent]
  /// What is to be read, in the order of its times, whether it is drawn into the picture or not.
  public var captions: [CaptionCue]
  /// What an avatar says and the narration it should be in step with.
  public var voices: VoicePair?

  public init(
    id: String, title: String, index: Int, startFrame: Int, frames: Int, durationRule: DurationRule,
    picture: ScenePicture, transition: SceneTransition? = nil, events: [PolicyEvent],
    captions: [CaptionCue] = [], voices: VoicePair? = nil
  ) {
    (self.id, self.title, self.index) = (id, title, index)
    (self.startFrame, self.frames, self.durationRule) = (startFrame, frames, durationRule)
    (self.picture, self.transition, self.events) = (picture, transition, events)
    (self.captions, self.voices) = (captions, voices)
  }
}

/// A caption in its scene.
public struct CaptionCue: Sendable, Hashable {
  /// Scene frames in which it shows.
  public var frames: Range<Int>
  /// Its lines are joined by line feeds.
  public var text: String

  public init(frames: Range<Int>, text: String) { (self.frames, self.text) = (frames, text) }
}

/// A narration and an avatar's own sound in one scene, whether both are heard or not.
public struct VoicePair: Sendable, Hashable {
  /// A stretch of an asset's sound; all in microseconds.
  public struct Voice: Sendable, Hashable {
    public var sha256: String
    /// Window of the source from the file's earliest stream start, end open.
    public var sourceStart: Int64
    public var sourceEnd: Int64
    /// When in the scene it begins.
    public var start: Int64

    public init(sha256: String, sourceStart: Int64 = 0, sourceEnd: Int64, start: Int64 = 0) {
      (self.sha256, self.sourceStart) = (sha256, sourceStart)
      (self.sourceEnd, self.start) = (sourceEnd, start)
    }
  }

  public var narration: Voice
  public var avatar: Voice

  public init(narration: Voice, avatar: Voice) {
    (self.narration, self.avatar) = (narration, avatar)
  }
}

/// A policy that fired: a source shorter or longer than its place, a scene that grew, an asset left out.
public struct PolicyEvent: Sendable, Hashable {
  public var layer: String
  public var policy: String
  /// Microseconds asked for and found.
  public var plannedMicroseconds: Int64
  public var realMicroseconds: Int64
  public init(
    layer: String, policy: String, plannedMicroseconds: Int64, realMicroseconds: Int64
  ) {
    (self.layer, self.policy) = (layer, policy)
    (self.plannedMicroseconds, self.realMicroseconds) = (plannedMicroseconds, realMicroseconds)
  }
}

/// An asset as the document names it, with what was found in its file.
public struct TimelineAsset: Sendable {
  /// The document's Id and path of the first asset with these bytes.
  public var id: String
  public var path: String
  public var record: ProbeRecord
  /// Largest share of missing or concealed frames that is no failure, and whether any is one.
  public var damageMax: Double
  public var failsOnDamage: Bool
  public init(
    id: String, path: String, record: ProbeRecord, damageMax: Double, failsOnDamage: Bool
  ) {
    (self.id, self.path, self.record) = (id, path, record)
    (self.damageMax, self.failsOnDamage) = (damageMax, failsOnDamage)
  }
}
