public import Compositing
internal import Foundation
public import Jobs
public import SceneDocument

/// A prepared document on its way into the queue: what is to be made of it, cut into jobs.
public struct FilmSubmission: Sendable {
  /// One segment or the sound that is not in the cache.
  struct Part: Sendable, Hashable {
    var kind: JobKind
    /// SHA-256 of all it depends on.
    var key: String
    /// Key of the segment that goes on where this one ends.
    var nextKey: String?
    /// What people see: `demo: scene 'intro', frames 0-59`.
    var label: String
    /// Frames.
    var frames: Int
    /// Megapixels of all its frames, by which time is judged.
    var weight: Double
    /// SHA-256 of the files it is made of.
    var assets: [String]
    /// Place of its scene in the document; nil for the sound.
    var scene: Int?
    /// It shows how the scene before becomes this one.
    var isTransition = false
  }

  public let order: RenderOrder
  /// What is missing, in the film's order, each key once.
  let parts: [Part]
  /// Frames of all films.
  public let frames: Int
  /// Frames that are in the cache.
  public let reusedFrames: Int
  /// SHA-256 of all files.
  let assets: [String]
  let weight: Double
  private let container: String

  /// `films` are those to be made, with the paths they go to, absolute.
  public init(
    _ prepared: PreparedDocument, films: [FilmVariant], isStored: Bool, name: String,
    assetFolder: String, reading: ReadingOptions, cacheFolder: String
  ) throws {
    let plans = films.map { RenderPlan($0.request) }
    order = RenderOrder(
      document: prepared.textSHA256, name: name, assetFolder: assetFolder, reading: reading,
      cacheFolder: cacheFolder,
      files: Dictionary(
        prepared.document.assets.compactMap { asset in
          prepared.probes[asset.id].map { (asset.path, $0.record.sha256) }
        }, uniquingKeysWith: { first, _ in first }),
      films: zip(films, plans).map {
        RenderOrder.Film(
          variant: $0.id, path: isStored ? nil : $0.outputPath, programmeKey: $1.programmeKey)
      })
    let cache = try SegmentCache(folder: cacheFolder)
    var known: Set<String> = []
    var parts: [Part] = []
    var (frames, reused, weight) = (0, 0, 0.0)
    for (film, plan) in zip(films, plans) {
      let timeline = film.request.timeline
      let area = Double(timeline.width * timeline.height) / 1e6
      frames += timeline.frames
      for (index, segment) in plan.segments.enumerated() {
        let next = plan.segments.indices.contains(index + 1) ? plan.segments[index + 1] : nil
        weight += area * Double(segment.range.count)
        guard known.insert(segment.key).inserted else { continue }
        if cache.contains(segment.key) {
          reused += segment.range.count
          continue
        }
        let scene = timeline.scenes[segment.scene]
        let range = "\(segment.range.lowerBound)-\(segment.range.upperBound - 1)"
        parts.append(
          Part(
            kind: .segment, key: segment.key,
            nextKey: next?.scene == segment.scene ? next?.key : nil,
            label: "\(name): scene '\(scene.id)', frames \(range)", frames: segment.range.count,
            weight: area * Double(segment.range.count), assets: segment.picture.assets,
            scene: segment.scene,
            isTransition: segment.range.lowerBound == 0 && scene.transition != nil))
      }
    }
    if let film = films.first, let plan = plans.first {
      let sound = film.request.timeline.sound
      let hasSound = !sound.clips.isEmpty || sound.samples > 0
      if hasSound, !cache.contains(plan.soundKey) {
        parts.append(
          Part(
            kind: .sound, key: plan.soundKey, label: "\(name): sound", frames: 0,
            weight: Double(film.request.timeline.frames) / 10,
            assets: Set(sound.clips.map(\.sha256)).sorted()))
      }
    }
    (self.parts, self.frames, reusedFrames, self.weight) = (parts, frames, reused, weight)
    container = prepared.document.output.container.rawValue
    assets = Set(prepared.probes.values.map(\.record.sha256)).sorted()
  }
}

extension FilmSubmission {
  /// What the queue takes. The document's text must be in the asset store.
  public func newFilm(priority: Int) throws -> NewFilm { try newFilm(priority, parts) }

  /// The segments of some scenes of a document alone, for a film that grows (`RenderQueue.extend`).
  ///
  /// `scenes` are places in the document; of those in `withoutTransition` the segment is left out that shows how the
  /// scene before becomes it.
  public func segments(
    priority: Int, ofScenes scenes: Set<Int>, withoutTransition: Set<Int> = []
  ) throws -> NewFilm {
    try newFilm(
      priority,
      parts.filter { part in
        guard let scene = part.scene, scenes.contains(scene) else { return false }
        return !(part.isTransition && withoutTransition.contains(scene))
      })
  }

  /// The sound alone, for a film that grows; without parts where it is in the cache.
  public func sound(priority: Int) throws -> NewFilm {
    try newFilm(priority, parts.filter { $0.kind == .sound })
  }

  /// A film that waits for parts still to be named, for `RenderQueue.open`.
  public static func waiting(label: String, priority: Int) -> NewFilm {
    NewFilm(
      label: label, payload: "{}", priority: priority, frames: 0, weight: 0, assets: [], parts: [])
  }

  private func newFilm(_ priority: Int, _ parts: [Part]) throws -> NewFilm {
    let payload = try JobJSON.text(JobPayload(order: order, container: container))
    return NewFilm(
      label: order.name, payload: payload, priority: priority, frames: frames, weight: weight,
      assets: assets,
      parts: parts.map { part in
        var new = NewFilm.Part(
          kind: part.kind, key: part.key, label: part.label, payload: payload,
          frames: part.frames, weight: part.weight, assets: part.assets)
        new.nextKey = part.nextKey
        return new
      })
  }
}

extension FilmSubmission {
  /// Where a film of the queue goes: a path for each of its variants that has one.
  public static func outputs(of job: RenderJob) -> [String] {
    order(of: job)?.films.compactMap(\.path) ?? []
  }

  /// The folder that the files of a job's document lie in; nil for a film whose document is not there yet.
  public static func assetFolder(of job: RenderJob) -> String? { order(of: job)?.assetFolder }

  private static func order(of job: RenderJob) -> RenderOrder? {
    (try? JobJSON.read(JobPayload.self, job.payload))?.order
  }
}
