internal import Compositing
internal import Foundation
internal import SceneDocument

/// What was planned or rendered last of a document, by the document's id: below `plans/` of the cache folder.
///
/// It answers one question, why something is rendered anew, so a file that cannot be read or written is as good
/// as none. One small file for each scene: only those of changed scenes are read.
struct PlanMemory {
  /// What all segments share, and which scenes are known.
  struct Programme: Codable {
    var version = 1
    /// A plan does not replace what is known of a film that was rendered.
    var isRendered: Bool
    var fingerprint: String
    var profile: JSONValue
    var soundKey: String
    /// Keys of each scene's segments, by scene id.
    var scenes: [String: [String]]
  }

  private let folder: URL
  let programme: Programme?

  /// Reads what is known; `cacheFolder` need not exist.
  init(cacheFolder: String, document id: String) {
    folder = URL(fileURLWithPath: cacheFolder, isDirectory: true)
      .appendingPathComponent("plans", isDirectory: true)
      .appendingPathComponent(String(sha256(of: Array(id.utf8)).prefix(32)), isDirectory: true)
    let data = try? Data(contentsOf: Self.programmeFile(folder))
    let programme = data.flatMap { try? JSONDecoder().decode(Programme.self, from: $0) }
    self.programme = programme?.version == 1 ? programme : nil
  }

  /// The canonical pictures of a scene's segments as they were; nil when they are not known.
  func pictures(of scene: String) -> [JSONValue]? {
    let data = try? Data(contentsOf: sceneFile(scene))
    return data.flatMap { try? JSONDecoder().decode([JSONValue].self, from: $0) }
  }

  /// The sound as it was.
  var sound: JSONValue? {
    let data = try? Data(contentsOf: soundFile)
    return data.flatMap { try? JSONDecoder().decode(JSONValue.self, from: $0) }
  }

  /// Keeps a plan of the whole film.
  func remember(_ plan: RenderPlan, of timeline: Timeline, isRendered: Bool) {
    if !isRendered, programme?.isRendered == true { return }
    let manager = FileManager.default
    do {
      try manager.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch { return }
    var scenes: [String: [String]] = [:]
    let segments = Dictionary(grouping: plan.segments, by: \.scene)
    for (index, scene) in timeline.scenes.enumerated() {
      let own = segments[index] ?? []
      let keys = own.map(\.key)
      scenes[scene.id] = keys
      if programme?.scenes[scene.id] == keys { continue }
      write(own.map(\.picture.json), to: sceneFile(scene.id))
    }
    if programme?.soundKey != plan.soundKey { write(timeline.sound.json, to: soundFile) }
    for id in (programme?.scenes ?? [:]).keys where scenes[id] == nil {
      try? manager.removeItem(at: sceneFile(id))
    }
    // Last, so that it never speaks of files that are not there yet.
    write(
      Programme(
        isRendered: isRendered, fingerprint: plan.fingerprint, profile: plan.profile.json,
        soundKey: plan.soundKey, scenes: scenes), to: Self.programmeFile(folder))
    forgetOldest()
  }

  private static let maximumDocuments = 100

  /// Documents that nobody renders any more must not fill the disk.
  private func forgetOldest() {
    let key = URLResourceKey.contentModificationDateKey
    let all = try? FileManager.default.contentsOfDirectory(
      at: folder.deletingLastPathComponent(), includingPropertiesForKeys: [key])
    guard let all, all.count > Self.maximumDocuments else { return }
    let dated = all.map { url in
      (url, (try? url.resourceValues(forKeys: [key]))?.contentModificationDate ?? .distantPast)
    }
    for (url, _) in dated.sorted(by: { $0.1 < $1.1 }).prefix(all.count - Self.maximumDocuments) {
      try? FileManager.default.removeItem(at: url)
    }
  }

  // MARK: Files

  private static func programmeFile(_ folder: URL) -> URL {
    folder.appendingPathComponent("programme.json", isDirectory: false)
  }

  private var soundFile: URL { folder.appendingPathComponent("sound.json", isDirectory: false) }

  /// Named by a hash: an id may differ from another one in case alone.
  private func sceneFile(_ id: String) -> URL {
    let name = sha256(of: Array(id.utf8)).prefix(32)
    return folder.appendingPathComponent("scene-\(name).json", isDirectory: false)
  }

  private func write(_ value: some Encodable, to file: URL) {
    let data = try? JSONEncoder().encode(value)
    try? data?.write(to: file, options: .atomic)
  }
}
