public import SceneDocument

/// All that decides the pixels of one segment, with its times counted from its own first frame.
///
/// What cannot be told from the pixels is taken out: the place in the scene, ids, the part of a still
/// layer's life that lies outside. So an edit changes only the keys of segments in which it shows, and the
/// same pictures at another place of the programme have the same key.
public struct SegmentPicture: Sendable, Hashable {
  public var width: Int
  public var height: Int
  public var frameRate: Rational
  public var frames: Int
  public var backdrop: RGBA
  /// Bottom to top; only layers that show in the segment.
  public var layers: [PictureLayer]
  /// How the scene before goes out over the segment's first frames.
  public var transition: Transition?

  /// What the scene before gives to a transition.
  public struct Transition: Sendable, Hashable {
    public var kind: SceneTransition.Kind
    /// Length of the whole transition in frames, and how many are over when the segment begins.
    public var frames: Int
    public var passed: Int
    /// As in its last frame.
    public var outgoing: [PictureLayer]
    public var backdrop: RGBA
    /// A background that plays on, over the whole transition; `outgoing` is the rest.
    public var running: [PictureLayer]
  }

  /// Frames `range` of a scene; `transition` is the scene's when it takes place in `range`.
  public init(of scene: ScenePicture, range: Range<Int>, transition: SceneTransition? = nil) {
    (width, height, frameRate) = (scene.width, scene.height, scene.frameRate)
    (frames, backdrop) = (range.count, scene.backdrop)
    layers = scene.layers.compactMap { $0.shown(in: range) }
    guard let transition else { return }
    let before = transition.outgoing
    let last = max(before.frames - 1, 0)
    let window = last + 1..<last + 1 + transition.frames
    func runs(_ layer: PictureLayer) -> Bool { transition.runsOn && layer.isBackground }
    self.transition = Transition(
      kind: transition.kind, frames: transition.frames, passed: transition.passed,
      outgoing: before.layers.filter { !runs($0) }.compactMap { $0.shown(in: last..<last + 1) },
      backdrop: before.backdrop,
      running: before.layers.filter(runs).compactMap {
        $0.lasting(to: window.upperBound).shown(in: window)
      })
  }
}

extension PictureLayer {
  /// The layer with times counted from `range.lowerBound` and without what does not show there; nil when
  /// nothing of it does.
  func shown(in range: Range<Int>) -> PictureLayer? {
    guard from < range.upperBound, to > range.lowerBound, opacity > 0 else { return nil }
    var layer = self
    if let enter, from + enter.frames <= range.lowerBound { layer.enter = nil }
    if let exit, to - exit.frames >= range.upperBound { layer.exit = nil }
    layer.from -= range.lowerBound
    layer.to -= range.lowerBound
    // Where nothing moves with the layer's own time, its beginning and end outside leave no trace.
    if layer.enter == nil, layer.motion == nil { layer.from = max(layer.from, 0) }
    if layer.exit == nil, layer.motion == nil { layer.to = min(layer.to, range.count) }
    if case .asset(let picture, var timing) = layer.content {
      if picture.isStill {
        timing = SourceTiming(first: 0, start: 0, end: 0, rate: Rational(1), atEnd: .freeze)
      } else {
        timing.first -= range.lowerBound
      }
      layer.content = .asset(picture, timing)
    }
    return layer
  }

  /// The layer shown to frame `end` at least.
  func lasting(to end: Int) -> PictureLayer {
    var layer = self
    layer.to = max(layer.to, end)
    return layer
  }

  /// The assets that its pixels come from.
  var assets: [AssetPicture] {
    var list: [AssetPicture] = []
    if case .asset(let picture, _) = content { list.append(picture) }
    if case .asset(let picture) = mask { list.append(picture) }
    return list
  }
}
