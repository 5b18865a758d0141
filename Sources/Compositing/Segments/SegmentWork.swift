internal import Media

/// What of several films is to be rendered: all that is not in the cache, equal pictures once.
struct SegmentWork: Sendable {
  /// By place in the plan, which is the same in all films of a document.
  private(set) var units: [Int: [SegmentRenderer.Order]] = [:]
  /// Of what is rendered.
  private(set) var keys: Set<String> = []
  private(set) var frames = 0

  /// Links what the cache has into the work folder.
  init(_ plans: [RenderPlan], cache: SegmentCache, work: WorkFolder) {
    var known: Set<String> = []
    for (film, plan) in plans.enumerated() {
      for (index, segment) in plan.segments.enumerated() where known.insert(segment.key).inserted {
        let path = work.file(segment.key)
        if cache.link(segment.key, to: path) {
          if PacketFile(reading: path) != nil { continue }
          // Damaged on disk: render it again.
          _ = HostFile.remove(path)
          cache.remove(segment.key)
        }
        units[index, default: []].append(
          SegmentRenderer.Order(film: film, segment: segment, path: path))
        keys.insert(segment.key)
        frames += segment.range.count
      }
    }
  }
}
