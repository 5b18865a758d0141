internal import Compositing
internal import Foundation
internal import Media
internal import SceneDocument

/// Finds out what made a film differ from its golden.
///
/// Descriptions of scenes, layers and sounds are compared with those that were recorded. Then the worst frame is
/// drawn without each of its layers in turn, which shows the pixels each layer decides; the layer whose pixels are
/// those that differ is the one to look at.
public struct Explainer: Sendable {
  private let verdict: Verdict
  private var reference: Reference { verdict.golden.reference }

  public init(_ verdict: Verdict) { self.verdict = verdict }

  /// Throws what rendering throws.
  public func explain(_ film: some FilmFrames) async throws -> Explanation {
    let timeline = film.request.timeline
    var explanation = Explanation()
    var causes = descriptionCauses(timeline)
    explanation.shift = FrameShift(verdict).frames
    var blamed: [LayerBlame.Share] = []
    if let worst = verdict.worstFailure {
      explanation.frame = worst.index
      blamed = try await LayerBlame(verdict).shares(film, at: worst)
      let scene = timeline.scenes.last { $0.startFrame <= worst.index }?.id
      causes = ranked(causes, blamed, scene)
      let isExplained = causes.contains {
        $0.kind != .sound && ($0.scene == scene || $0.scene == nil)
      }
      if !isExplained, let first = pixelCause(blamed, timeline) { causes.insert(first, at: 0) }
    }
    if let sound = verdict.sound, !sound.isAccepted, !causes.contains(where: { $0.kind == .sound })
    {
      causes.append(
        Explanation.Cause(
          kind: .sound, text: sound.text + "; its clips are described as before" + libraries))
    }
    explanation.causes = causes
    return explanation
  }

  // MARK: Descriptions

  private func descriptionCauses(_ timeline: Timeline) -> [Explanation.Cause] {
    let now = Reference.scenes(of: timeline)
    let old = reference.scenes
    var causes: [Explanation.Cause] = []
    for scene in old where !now.contains(where: { $0.id == scene.id }) {
      causes.append(
        .init(
          kind: .removed, scene: scene.id, text: "scene '\(scene.id)' is not in the film any more"))
    }
    for scene in now {
      guard let before = old.first(where: { $0.id == scene.id }) else {
        causes.append(.init(kind: .added, scene: scene.id, text: "scene '\(scene.id)' is new"))
        continue
      }
      causes += changes(of: scene, from: before)
    }
    return causes + soundCauses(timeline)
  }

  private func changes(
    of scene: Reference.SceneNote, from before: Reference.SceneNote
  ) -> [Explanation.Cause] {
    var causes: [Explanation.Cause] = []
    if scene.frames != before.frames {
      causes.append(
        .init(
          kind: .scene, scene: scene.id,
          text: "scene '\(scene.id)' lasts \(before.frames) → \(scene.frames) frames"))
    }
    if scene.transition != before.transition {
      let changes = DescriptionChange.between(
        before.transition ?? #"{"kind":"cut"}"#, scene.transition ?? #"{"kind":"cut"}"#)
      causes.append(
        .init(
          kind: .transition, scene: scene.id, changes: changes,
          text: "transition into scene '\(scene.id)': \(Self.list(changes))"))
    }
    for layer in before.layers where !scene.layers.contains(where: { $0.id == layer.id }) {
      causes.append(
        .init(
          kind: .removed, scene: scene.id, layer: layer.id,
          text: "layer '\(layer.id)' is not in scene '\(scene.id)' any more"))
    }
    for layer in scene.layers {
      guard let old = before.layers.first(where: { $0.id == layer.id }) else {
        causes.append(
          .init(
            kind: .added, scene: scene.id, layer: layer.id,
            text: "layer '\(layer.id)' of scene '\(scene.id)' is new"))
        continue
      }
      let changes = DescriptionChange.between(old.description, layer.description)
      if changes.isEmpty { continue }
      causes.append(
        .init(
          kind: .changed, scene: scene.id, layer: layer.id, changes: changes,
          text: "layer '\(layer.id)': \(Self.list(changes))"))
    }
    let common = scene.layers.map(\.id).filter { id in before.layers.contains { $0.id == id } }
    if common != before.layers.map(\.id).filter(common.contains) {
      causes.append(
        .init(
          kind: .order, scene: scene.id,
          text:
            "layers of scene '\(scene.id)' lie in another order: \(common.joined(separator: ", "))")
      )
    }
    return causes
  }

  private func soundCauses(_ timeline: Timeline) -> [Explanation.Cause] {
    guard let sound = verdict.sound, !sound.isAccepted else { return [] }
    let (old, now) = (reference.clips, Reference.clips(of: timeline))
    if old.count != now.count {
      return [
        .init(
          kind: .sound,
          text: "the film has \(now.count) stretches of sound, the golden \(old.count)")
      ]
    }
    return zip(old, now).compactMap { before, clip in
      var changes = DescriptionChange.between(before.description, clip.description)
      if before.asset != clip.asset {
        changes.insert(.init(field: "asset", old: before.asset, new: clip.asset), at: 0)
      }
      if changes.isEmpty { return nil }
      return .init(
        kind: .sound, changes: changes, text: "sound of '\(clip.asset)': \(Self.list(changes))")
    }
  }

  private static func list(_ changes: [DescriptionChange]) -> String {
    let shown = changes.prefix(6).map(\.description).joined(separator: ", ")
    return changes.count > 6 ? shown + " and \(changes.count - 6) more" : shown
  }

  // MARK: Pixels

  /// Those of the scene with the worst frame first, and of these the layers whose pixels differ.
  private func ranked(
    _ causes: [Explanation.Cause], _ blamed: [LayerBlame.Share], _ scene: String?
  ) -> [Explanation.Cause] {
    var causes = causes
    for index in causes.indices where causes[index].scene == scene {
      causes[index].share =
        blamed.first { $0.layer == Self.base(causes[index].layer) }?.ofDifference
    }
    func rank(_ cause: Explanation.Cause) -> Double {
      let fit =
        blamed.first { $0.layer == Self.base(cause.layer) && cause.scene == scene }?.fit ?? 0
      return (cause.scene == scene ? 2 : 0) + fit + (cause.layer == nil ? 0.5 : 0)
    }
    return causes.enumerated().sorted {
      (rank($0.element), -$0.offset) > (rank($1.element), -$1.offset)
    }.map(\.element)
  }

  /// The name of a layer without the number that tells captions apart.
  private static func base(_ layer: String?) -> String? {
    layer.map { String($0.prefix { $0 != "#" }) }
  }

  private func pixelCause(
    _ blamed: [LayerBlame.Share], _ timeline: Timeline
  ) -> Explanation.Cause? {
    guard let best = blamed.max(by: { $0.fit < $1.fit }), best.ofDifference >= 0.5 else {
      return Explanation.Cause(
        kind: .pixels,
        text:
          "all layers are described as before, and what differs belongs to no single one of them: the engine composes or converts pictures differently"
          + libraries)
    }
    let share = decimal(best.ofDifference * 100, 0)
    return Explanation.Cause(
      kind: .pixels, scene: best.scene, layer: best.layer, share: best.ofDifference,
      text:
        "layer '\(best.layer)' decides \(share) % of the pixels that differ; it is described as before, so the engine draws it differently or its asset is decoded differently"
        + libraries)
  }

  /// What was recorded by other libraries.
  private var libraries: String {
    if reference.builds.contains(GoldenBuild.current) { return "" }
    let parts = { (build: String) in Set(build.components(separatedBy: "; ")) }
    let old = parts(reference.builds.last ?? "")
    let gone = old.subtracting(parts(GoldenBuild.current)).sorted().joined(separator: ", ")
    let new = parts(GoldenBuild.current).subtracting(old).sorted().joined(separator: ", ")
    return " (recorded with \(gone); this is \(new))"
  }
}
