internal import Compositing
internal import SceneDocument

/// Chooses the frames that a golden keeps as pictures: three to five in which, between them, as much as possible is
/// seen of every layer at rest, every layer on its way, and every transition.
enum KeyFrameChoice {
  private static let fewest = 3
  private static let most = 5

  static func frames(of timeline: Timeline) -> [Int] {
    var sights: [Int: Set<String>] = [:]
    for scene in timeline.scenes {
      for index in candidates(scene) {
        sights[scene.startFrame + index] = seen(in: scene, at: index)
      }
    }
    var chosen: Set<Int> = []
    var missing = sights.values.reduce(into: Set<String>()) { $0.formUnion($1) }
    while chosen.count < most, !missing.isEmpty,
      let best = sights.max(by: {
        // Of equals the earlier one.
        ($0.value.intersection(missing).count, -$0.key)
          < ($1.value.intersection(missing).count, -$1.key)
      })
    {
      chosen.insert(best.key)
      missing.subtract(best.value)
    }
    // What a layer shows changes too: more frames, as far from those that are chosen as possible.
    let last = timeline.frames - 1
    while chosen.count < min(fewest, timeline.frames) {
      let places = (0...8).map { last * $0 / 8 }.filter { !chosen.contains($0) }
      func distance(_ place: Int) -> Int { chosen.map { abs($0 - place) }.min() ?? 0 }
      guard let next = places.max(by: { (distance($0), -$0) < (distance($1), -$1) }) else { break }
      chosen.insert(next)
    }
    return chosen.sorted()
  }

  /// Middles of all that lasts, in frames of the scene.
  private static func candidates(_ scene: TimelineScene) -> Set<Int> {
    var list: Set<Int> = [scene.frames / 2]
    if let transition = scene.transition {
      list.insert(transition.left / 2)
      list.insert(max(transition.left / 4, 0))
    }
    for layer in scene.picture.layers {
      let (from, to) = (max(layer.from, 0), min(layer.to, scene.frames))
      list.insert((from + to) / 2)
      if let enter = layer.enter { list.insert(layer.from + enter.frames / 3) }
      if let exit = layer.exit { list.insert(layer.to - 1 - exit.frames / 3) }
    }
    return list.filter { 0..<scene.frames ~= $0 }
  }

  /// Names of what is seen in a frame of the scene.
  private static func seen(in scene: TimelineScene, at index: Int) -> Set<String> {
    var list: Set<String> = []
    if let transition = scene.transition, index < transition.left {
      list.insert("transition \(scene.id)")
      return list
    }
    for layer in scene.picture.layers where layer.from <= index && index < layer.to {
      let key = "\(scene.id) \(layer.name)"
      if let enter = layer.enter, index - layer.from < enter.frames {
        list.insert("enter \(key)")
      } else if let exit = layer.exit, layer.to - index <= exit.frames {
        list.insert("exit \(key)")
      } else {
        list.insert("rest \(key)")
      }
    }
    return list
  }
}
