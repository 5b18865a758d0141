public import Media
internal import SceneDocument

/// Draws single frames of a film as they go into the encoder, best near the one before.
///
/// Its decoders stay open where the last frame was, so the next one needs no seek. A frame does not depend on
/// which were drawn before. Not `Sendable`.
public final class PreviewRenderer {
  private let programme: ProgrammeComposer

  /// - Parameter interrupt: ends what is being decoded from another thread; after a pause the renderer goes on.
  public init(_ request: RenderRequest, interrupt: Interrupt) {
    var files = request.files
    // One person waits for one picture.
    files.decoderThreads = 2
    files.seeksLightly = true
    programme = ProgrammeComposer(request.timeline, files: files, interrupt: interrupt)
  }

  /// Goes on with an edited document over the same files: no need to seek where its scene is the same.
  public func retarget(to request: RenderRequest) { programme.retarget(to: request.timeline) }

  /// Frame `index` of the film. Throws `MediaError` when a file cannot be decoded or the work is interrupted.
  public func canvas(at index: Int) throws(MediaError) -> Canvas {
    guard let place = programme.timeline.place(of: index) else { throw Self.beyond(index) }
    return try programme.canvas(ofScene: place.scene, at: place.frame)
  }

  /// The topmost layer that can be seen at a pixel of a frame; nil where there is none.
  public func layer(at index: Int, x: Int, y: Int) throws(MediaError) -> LayerHit? {
    guard let place = programme.timeline.place(of: index) else { throw Self.beyond(index) }
    let composer = try programme.composer(for: place.scene)
    guard let layer = try composer.layer(at: place.frame, x: x, y: y) else { return nil }
    return LayerHit(scene: place.scene, layer: layer)
  }

  private static func beyond(_ index: Int) -> MediaError {
    MediaError(operation: .decode, code: -1, detail: "the film has no frame \(index)")
  }
}

extension Timeline {
  /// The scene that has frame `index` of the film, and which of its frames that is; nil for a frame that is not.
  public func place(of index: Int) -> (scene: Int, frame: Int)? {
    guard index >= 0, index < frames,
      let scene = scenes.lastIndex(where: { $0.startFrame <= index })
    else { return nil }
    return (scene, index - scenes[scene].startFrame)
  }

  /// All that decides the pixels of frame `index`: equal for frames that look alike, whatever was edited around
  /// them. Nil for a frame that is not.
  public func look(of index: Int) -> SegmentPicture? {
    guard let (scene, frame) = place(of: index) else { return nil }
    let transition = scenes[scene].transition.flatMap { frame < $0.left ? $0 : nil }
    guard var transition else {
      return SegmentPicture(of: scenes[scene].picture, range: frame..<frame + 1)
    }
    transition.passed += frame
    return SegmentPicture(
      of: scenes[scene].picture, range: frame..<frame + 1, transition: transition)
  }
}
