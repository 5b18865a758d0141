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
  /// The picture that fades out over the segment's first frames.
  public var crossfade: Crossfade?

  /// The last frame of the scene before, mixed in with falling weight.
  public struct Crossfade: Sendable, Hashable {
    /// One frame.
    public var outgoing: [PictureLayer]
    public var backdrop: RGBA
    /// Length of the whole transition in frames; the segment begins with its first.
    public var frames: Int
  }

  /// Frames `range` of a scene; `before` is the scene before when a crossfade begins with `range`.
  public init(
    of scene: ScenePicture, range: Range<Int>, crossfadeFrames: Int = 0, before: ScenePicture? = nil
  ) {
    (width, height, frameRate) = (scene.width, scene.height, scene.frameRate)
    (frames, backdrop) = (range.count, scene.backdrop)
    layers = scene.layers.compactMap { $0.shown(in: range) }
    if crossfadeFrames > 0, let before {
      let last = max(before.frames - 1, 0)
      crossfade = Crossfade(
        outgoing: before.layers.compactMap { $0.shown(in: last..<last + 1) },
        backdrop: before.backdrop, frames: crossfadeFrames)
    }
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

  /// The assets that its pixels come from.
  var assets: [AssetPicture] {
    var list: [AssetPicture] = []
    if case .asset(let picture, _) = content { list.append(picture) }
    if case .asset(let picture) = mask { list.append(picture) }
    return list
  }
}
