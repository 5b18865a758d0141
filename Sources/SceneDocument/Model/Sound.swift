/// The voice of a scene.
public struct Narration: Sendable, Hashable {
  public var asset: String
  public var gain = Gain.unity
  /// From the end of the scene's `head`.
  public var offset = Time.zero
  public var trim: Layer.Trim?

  public init(asset: String) { self.asset = asset }
}

/// A further sound of a scene.
public struct Sound: Sendable, Hashable {
  public var asset: String
  /// In the scene; `to` nil is the end of the sound or of the scene, whichever is first.
  public var from = Time.zero
  public var to: Time?
  public var trim: Layer.Trim?
  public var gain = Gain.unity
  public var loop = false
  public var fadeIn = Time.zero
  public var fadeOut = Time.zero
  public var role = Role.effect

  public init(asset: String) { self.asset = asset }

  public enum Role: String, DocumentWord { case speech, effect, ambient }
}

/// The sound of the whole programme.
public struct ProgrammeAudio: Sendable, Hashable {
  public var music: [Music] = []
  /// Fade at both sides of each scene's start, against clicks; 0…100.
  public var joinFadeMilliseconds = 5.0
  /// nil: the mix is left as loud as it is.
  public var loudness: Loudness? = Loudness()

  public init() {}
}

/// Sound under the programme, lowered while someone speaks.
public struct Music: Sendable, Hashable {
  public var asset: String
  public var from = Edge.time(.zero)
  /// nil is the end of the programme.
  public var to: Edge?
  public var gain = Gain(-20)
  public var loop = true
  public var fadeIn = Time.seconds(1)
  public var fadeOut = Time.seconds(2)
  /// nil: not lowered under speech.
  public var duck: Duck? = Duck()

  public init(asset: String) { self.asset = asset }

  public enum Edge: Sendable, Hashable {
    case time(Time)
    /// As `from` the start of the scene, as `to` its end.
    case scene(String)
  }
}

/// How far and how fast music gives way to speech.
public struct Duck: Sendable, Hashable {
  public var gain = Gain(-10)
  public var attackMilliseconds = 150.0
  public var releaseMilliseconds = 600.0

  public init() {}
}

/// How loud the finished programme is, by one constant gain.
public struct Loudness: Sendable, Hashable {
  public var targetLUFS = -16.0
  public var truePeakDecibels = -1.0

  public init() {}
}
