/// One scene of the programme: a background, a speaker, further layers and sounds.
public struct Scene: Sendable, Hashable {
  public var id: String
  public var title = ""
  /// A scene that is not enabled is checked, but not rendered.
  public var enabled = true
  /// nil is `auto`: as long as the speech, or the first of the other things that have a length.
  public var duration: Time?
  /// Bounds of an automatic duration.
  public var minimumDuration = Time.seconds(0.5)
  public var maximumDuration = Time.seconds(600)
  /// Silence, or hold, before and after the speech.
  public var head = Time.zero
  public var tail = Time.zero
  public var overrun = Overrun.extend
  public var onMissing = OnMissing.fail
  public var background = Background.color(.black)
  public var avatar: Layer?
  public var titleCard: Layer?
  public var lowerThird: Layer?
  public var narration: Narration?
  public var captions: Captions?
  public var layers: [Layer] = []
  public var sounds: [Sound] = []
  /// How this scene begins.
  public var transition = Transition()
  /// A length given by an imported payload: used only where no other rule gives one.
  public var durationHint: Time?

  public init(id: String) { self.id = id }

  /// The background, if it is a layer, then the avatar, the title card, the lower third and `layers`,
  /// in the order of the document.
  public var allLayers: [Layer] {
    var all: [Layer] = []
    if case .layer(let layer) = background { all.append(layer) }
    for slot in [avatar, titleCard, lowerThird] {
      if let slot { all.append(slot) }
    }
    return all + layers
  }

  public enum Background: Sendable, Hashable {
    case color(Color)
    case layer(Layer)
  }

  /// What to do with speech that is longer than a fixed duration.
  public enum Overrun: String, DocumentWord { case extend, cut, fail }
  /// What to do about an asset whose file is not there.
  public enum OnMissing: String, DocumentWord { case fail, drop, placeholder }
}

/// How a scene begins. The total length never changes: the window is the first frames of the
/// incoming scene.
public struct Transition: Sendable, Hashable {
  public var kind = Kind.cut
  /// Zero for a cut.
  public var duration = Time.zero
  /// What a dip goes through.
  public var color = Color(red: 0, green: 0, blue: 0)
  public var outgoing = Outgoing.hold

  public init() {}
  public init(_ kind: Kind, duration: Time) { (self.kind, self.duration) = (kind, duration) }

  /// A wipe is named for the way its edge moves.
  public enum Kind: String, DocumentWord {
    case cut, crossfade, dip
    case wipeLeft = "wipe-left"
    case wipeRight = "wipe-right"
    case wipeUp = "wipe-up"
    case wipeDown = "wipe-down"
  }

  /// What is seen of the scene before.
  public enum Outgoing: String, DocumentWord {
    /// Its last frame.
    case hold
    /// Its background plays on under what else its last frame shows.
    case runOn = "run-on"
  }
}
