import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

/// A folder with assets, a cache and films, and the way from a document's text to a film.
struct FilmStudio {
  let folder: TempFolder
  private var outcomes: [String: ProbedAsset] = [:]
  private var clips: [String: String] = [:]

  /// `clips` are files made anywhere by the asset's id.
  init(_ clips: [String: String] = [:]) throws {
    folder = try TempFolder()
    for (id, path) in clips { try add(id, path) }
  }

  var cache: String { folder.file("cache") }
  func file(_ name: String) -> String { folder.file(name) }

  /// Puts a copy of a file under the asset root.
  mutating func add(_ id: String, _ path: String) throws {
    let suffix = path.split(separator: ".").last ?? "bin"
    clips[id] = "\(id).\(suffix)"
    try folder.copy(path, to: "\(id).\(suffix)")
  }

  /// Puts a text file under the asset root.
  mutating func write(_ id: String, _ name: String, _ text: String) throws {
    clips[id] = name
    try Data(text.utf8).write(to: URL(fileURLWithPath: file(name)))
  }

  /// A document with these scenes (the inside of the list) and all assets of the studio.
  func document(
    _ scenes: String, output: String = "", more: String = "", assets: [String: String] = [:]
  ) -> String {
    let named = clips.sorted { $0.key < $1.key }.map { id, path in
      "\"\(id)\": {\"path\": \"\(path)\"\(assets[id].map { ", " + $0 } ?? "")}"
    }
    let size = output.contains("\"size\"") ? "" : "\"size\": [64, 36], "
    let video =
      output.contains("\"video\"") ? "" : "\"video\": {\"effort\": \"ultrafast\"}, "
    var rest = size + video + output
    while rest.hasSuffix(" ") || rest.hasSuffix(",") { rest.removeLast() }
    return """
      {"spec": "scene/1", "id": "film", \(more)
       "output": {\(rest)},
       "assets": {\(named.joined(separator: ", "))},
       "scenes": [\(scenes)]}
      """
  }

  /// All that a render needs; probes the assets that the document names.
  func request(_ text: String, variant: String? = nil) throws -> RenderRequest {
    let reading = SceneDocument.read(text)
    var document = try #require(reading.document, "\(reading.diagnostics)")
    if let variant {
      let found = try #require(document.variants.first { $0.id == variant })
      document = document.document(for: found)
    }
    var probes: [String: ProbedAsset] = [:]
    let prober = Prober(root: try AssetRoot(path: folder.path))
    for asset in document.assets where text.contains("\"\(asset.id)\"") {
      probes[asset.id] = try? prober.probe(asset.path)
    }
    let text = TextResources.read(for: document, probes: probes, shipped: ShippedFonts())
    let making = Timeline.make(
      document, source: reading.source, probes: probes.mapValues(\.record), text: text.resources)
    let timeline = try #require(making.timeline, "\(making.diagnostics)")
    return RenderRequest(
      document: document, documentSHA256: String(repeating: "0", count: 64), timeline: timeline,
      files: PictureFiles(
        Dictionary(probes.values.map { ($0.record.sha256, $0.location) }) { first, _ in first }),
      warnings: reading.diagnostics + making.diagnostics)
  }

  func renderer(
    _ text: String, to name: String = "film.mp4", jobs: Int = 2, cached: Bool = true
  ) throws -> FilmRenderer {
    FilmRenderer(
      try request(text),
      options: RenderOptions(
        outputPath: name.hasPrefix("/") ? name : file(name), cacheFolder: cached ? cache : nil,
        jobs: jobs))
  }

  @discardableResult
  func render(
    _ text: String, to name: String = "film.mp4", jobs: Int = 2, cached: Bool = true
  ) async throws -> RenderResult {
    try await renderer(text, to: name, jobs: jobs, cached: cached).render { _ in }
  }

  /// The frames as they go into the encoder.
  func composed(_ text: String, _ frames: [Int]) throws -> [Shot] {
    let renderer = StillRenderer(request: try request(text), interrupt: Interrupt())
    return try frames.map { Shot(try renderer.canvas(at: $0)) }
  }

  /// Names in a folder of the studio, hidden ones included.
  func names(in part: String = "") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: part.isEmpty ? folder.path : file(part)))
      ?? []).sorted()
  }

  /// Nothing half-made lies around: no partial film, no lock, no work folder.
  func expectClean(sourceLocation: SourceLocation = #_sourceLocation) {
    let hidden = names().filter { $0.hasPrefix(".") || $0.contains("partial") }
    #expect(hidden == [], sourceLocation: sourceLocation)
    #expect(names(in: "cache/work") == [], sourceLocation: sourceLocation)
    let list = FileManager.default.enumerator(atPath: cache)
    while let name = list?.nextObject() as? String {
      #expect(!name.contains("partial"), sourceLocation: sourceLocation)
    }
  }
}

/// A finished film, opened from disk and decoded.
struct FilmReading {
  var shots: [Shot] = []
  /// Frame numbers by their times.
  var places: [Int] = []
  var samples = 0
  var width = 0
  var height = 0

  init(_ path: String, rate: FrameRate, pictures: Bool = true) throws {
    let reader = try FrameReader(path: path, kind: .video, interrupt: Interrupt())
    let base = reader.stream.timeBase
    let scaler = Scaler()
    while let (frame, time) = try reader.next() {
      let seconds = Double(time) * Double(base.numerator) / Double(base.denominator)
      places.append(Int((seconds * rate.framesPerSecond).rounded()))
      (width, height) = (frame.width, frame.height)
      guard pictures else { continue }
      let plain = frame.format == .yuv420p ? frame : try scaler.convert(frame, to: .yuv420p)
      shots.append(Shot(try Canvas(sharing: plain)))
    }
    #expect(reader.decodeErrors == 0)
    // What is presented: priming and padding are decoded and not heard.
    if let rate = reader.demuxer.firstStream(.audio)?.sampleRate {
      let sound = try SoundReader(path: path, rate: rate, channels: 2, interrupt: Interrupt())
      try sound.skip(.max)
      samples = Int(sound.position)
    }
  }
}

/// The command that this package builds, beside the test program.
enum Command {
  static let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    .deletingLastPathComponent().appendingPathComponent("reelnode").path

  static func run(_ arguments: [String], environment: [String: String] = [:]) throws -> Tool.Outcome
  {
    try Tool.run(path, arguments, environment: environment)
  }
}
