public import Media

/// Makes single segments and the sound of a document's films, for those that spread the work over processes. The film is
/// then joined by a `FilmRenderer` that finds them in the cache.
///
/// Consecutive segments of a scene go on with its open decoders. Not `Sendable`: it is used on one thread.
public final class SegmentWorkshop {
  private let variants: [FilmVariant]
  private let plans: [RenderPlan]
  private let cache: SegmentCache
  private let work: WorkFolder
  private let interrupt: Interrupt
  private let renderer: SegmentRenderer

  /// Films of one document. `cache` receives what is made.
  public init(_ variants: [FilmVariant], cache: SegmentCache, interrupt: Interrupt) throws {
    (self.variants, self.cache, self.interrupt) = (variants, cache, interrupt)
    plans = variants.map { RenderPlan($0.request) }
    work = try WorkFolder(in: cache)
    renderer = SegmentRenderer(
      zip(variants, plans).map {
        SegmentRenderer.Film(
          timeline: $0.request.timeline, files: $0.request.files, profile: $1.profile)
      }, interrupt: interrupt)
  }

  deinit { work.close() }

  /// A finished segment.
  public struct Segment: Sendable {
    /// In the cache.
    public var path: String
    public var frames: Int
    public var bytes: Int
    /// Errors while decoding, by asset hash.
    public var damage: [String: DecodeDamage]
  }

  /// Renders the segment of that key into the cache; nil when no film has such a segment, so that the document or
  /// a file of it is another than when the key was planned. `progress` is called after each frame.
  public func render(key: String, progress: (Int) -> Void) throws -> Segment? {
    for (film, plan) in plans.enumerated() {
      guard let planned = plan.segments.first(where: { $0.key == key }) else { continue }
      let place = work.file(key)
      defer { _ = HostFile.remove(place) }
      let outcome = try renderer.render(
        [SegmentRenderer.Order(film: film, segment: planned, path: place)], progress: progress)[0]
      guard cache.adopt(place, as: key) else { throw HostError.writing(cache.path(of: key)) }
      return Segment(
        path: cache.path(of: key), frames: planned.range.count, bytes: outcome.bytes,
        damage: outcome.damage)
    }
    return nil
  }

  /// Takes a segment out of the cache that must not be used.
  public func forget(key: String) { cache.remove(key) }

  /// Mixes and encodes the sound of all scenes into the cache; nil when its key is another one.
  public func mixSound(key: String) throws -> String? {
    guard let film = plans.firstIndex(where: { $0.soundKey == key }) else { return nil }
    _ = try SoundStage(
      request: variants[film].request, plan: plans[film], cache: cache, workPath: work.path
    ).run(interrupt)
    guard cache.contains(key) else { throw HostError.writing(cache.path(of: key)) }
    return cache.path(of: key)
  }
}
