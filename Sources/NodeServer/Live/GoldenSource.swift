internal import SceneDocument

/// Reports of golden tests. Other programs write them, so their folder is looked at every three seconds.
struct GoldenSource: LiveSource {
  /// Nil where the node has none.
  let folder: String?
  private var reports = LiveDifference<String>()
  private var next: ContinuousClock.Instant?

  init(folder: String?) { self.folder = folder }

  mutating func look(_ wanted: Set<LiveTopic>) async throws -> [LiveMessage] {
    guard wanted.contains(.goldens), let folder else {
      (reports, next) = (LiveDifference(), nil)
      return []
    }
    if let next, .now < next { return [] }
    next = .now + .seconds(3)
    let found = await Offload.run {
      GoldenReportRoutes.names(in: folder).map {
        ($0, GoldenReportRoutes.value($0, folder).compactText)
      }
    }
    let before = Set(reports.known.keys)
    let changed = reports.changed(found).map {
      LiveMessage(event: "golden", topics: [.goldens], data: $0)
    }
    let removed = before.subtracting(reports.known.keys).sorted().map { name in
      LiveMessage(
        event: "golden_removed", topics: [.goldens],
        data: JSONValue.object([.init("name", .string(name))]).compactText)
    }
    return changed + removed
  }
}
