import Compositing
import Foundation
import GoldenFrames
import Media
import SceneDocument
import TestSupport
import Testing

/// A folder with a golden film of the fixtures in it, where it may be changed.
struct Proof {
  static let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Fixtures/golden").path

  let folder: TempFolder
  let name: String
  var document: String { folder.file(name + ".json") }
  var golden: String { folder.file(name + ".golden") }

  init(_ name: String) throws {
    self.name = name
    folder = try TempFolder()
    try folder.copy(Self.fixtures + "/\(name).json", to: "\(name).json")
    for inside in ["media", "\(name).golden"] {
      for file in try FileManager.default.contentsOfDirectory(atPath: Self.fixtures + "/" + inside)
      {
        try folder.copy(Self.fixtures + "/\(inside)/\(file)", to: "\(inside)/\(file)")
      }
    }
  }

  /// Replaces a part of the document that must be there.
  func edit(_ old: String, _ new: String) throws {
    let text = String(decoding: try readBytes(document), as: UTF8.self)
    try #require(text.contains(old), "'\(old)' is not in \(name).json")
    try folder.write(text.replacing(old, with: new), to: "\(name).json")
  }

  func film() async throws -> Film {
    try #require(try await Film.all(ofDocument: document).first).film
  }

  func verdict(
    _ film: some FilmFrames, tier: Verdict.Tier? = nil, jobs: Int = 2
  ) async throws -> Verdict {
    var options = GoldenChecker.Options()
    (options.tier, options.jobs) = (tier, jobs)
    return try await GoldenChecker(Golden(reading: golden), options: options).check(film)
  }

  func recorder(jobs: Int = 2) -> GoldenRecorder {
    var recorder = GoldenRecorder()
    (recorder.jobs, recorder.environment) = (jobs, [:])
    return recorder
  }
}

/// A film in which something goes wrong after it was composed.
struct AlteredFilm: FilmFrames {
  var film: Film
  /// The frame that is drawn in place of another.
  var source: @Sendable (Int) -> Int = { $0 }
  var change: @Sendable (PackedPicture) -> PackedPicture = { $0 }

  var request: RenderRequest { film.request }

  func map<Value: Sendable>(
    _ frames: Range<Int>, jobs: Int,
    _ body: @escaping @Sendable (_ index: Int, _ picture: PackedPicture) throws -> Value
  ) async throws -> [Value] {
    let sources = frames.map { min(max(source($0), 0), request.timeline.frames - 1) }
    guard let first = sources.min(), let last = sources.max() else { return [] }
    let change = change
    let pictures = try await film.map(first..<last + 1, jobs: jobs) { change($1) }
    return try zip(frames, sources).map { try body($0, pictures[$1 - first]) }
  }
}

extension Film {
  /// The film with something done to each of its frames.
  func altered(_ change: @escaping @Sendable (PackedPicture) -> PackedPicture) -> AlteredFilm {
    AlteredFilm(film: self, change: change)
  }
}
