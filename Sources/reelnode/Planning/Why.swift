internal import Compositing
internal import SceneDocument

/// Why a segment, or the sound, is made anew.
struct Why: Hashable {
  enum Reason: String {
    /// No earlier plan or render of the document is known.
    case first
    case newScene = "new_scene"
    case newSegment = "new_segment"
    case changed
    /// The encoder's settings are others.
    case profile
    /// Another version of the engine or of a library.
    case engine
    /// Nothing has changed; it was not rendered yet, or is no longer in the cache.
    case notKept = "not_kept"

    var words: String {
      switch self {
      case .first: "the first time"
      case .newScene: "a new scene"
      case .newSegment: "the scene is longer"
      case .changed: "changed"
      case .profile: "other output settings"
      case .engine: "another version of the engine or its libraries"
      case .notKept: "not in the cache"
      }
    }
  }

  var reason: Reason
  var changes: [Difference] = []

  var json: JSONValue {
    [
      "reason": .string(reason.rawValue),
      "changes": .array(
        changes.map { ["path": .string($0.pointer), "was": $0.was, "now": $0.now] }),
    ]
  }
}

/// Finds out why something is made anew, by what is known of the time before.
struct PlanComparison {
  let plan: RenderPlan
  let memory: PlanMemory?
  /// What makes every segment another one.
  private let shared: Why?

  init(_ plan: RenderPlan, _ memory: PlanMemory?) {
    (self.plan, self.memory) = (plan, memory)
    shared = Self.shared(plan, memory?.programme)
  }

  /// Why each segment of a scene is made anew, as far as `isKept` does not say that it is kept.
  func whys(_ segments: [PlannedSegment], of scene: String, isKept: [Bool]) -> [Why?] {
    let keys = memory?.programme?.scenes[scene]
    // Read only where something has changed.
    lazy var pictures = memory?.pictures(of: scene) ?? []
    return segments.enumerated().map { place, segment in
      if isKept[place] { return nil }
      if let shared { return shared }
      guard let keys else { return Why(reason: .newScene) }
      if keys.contains(segment.key) { return Why(reason: .notKept) }
      guard keys.indices.contains(place) else { return Why(reason: .newSegment) }
      guard pictures.indices.contains(place) else { return Why(reason: .changed) }
      return Why(
        reason: .changed,
        changes: Difference.between(pictures[place], segment.picture.json))
    }
  }

  func whySound(_ sound: SoundProgramme) -> Why {
    guard let programme = memory?.programme, let before = memory?.sound else {
      return Why(reason: .first)
    }
    if programme.soundKey == plan.soundKey { return Why(reason: .notKept) }
    if programme.fingerprint != plan.fingerprint { return Why(reason: .engine) }
    let changes = Difference.between(before, sound.json)
    return changes.isEmpty ? Why(reason: .profile) : Why(reason: .changed, changes: changes)
  }

  private static func shared(_ plan: RenderPlan, _ before: PlanMemory.Programme?) -> Why? {
    guard let before else { return Why(reason: .first) }
    if before.fingerprint != plan.fingerprint {
      let change = Difference(
        path: ["fingerprint"], was: .string(before.fingerprint), now: .string(plan.fingerprint))
      return Why(reason: .engine, changes: [change])
    }
    let changes = Difference.between(before.profile, plan.profile.json, at: ["profile"])
    return changes.isEmpty ? nil : Why(reason: .profile, changes: changes)
  }
}
