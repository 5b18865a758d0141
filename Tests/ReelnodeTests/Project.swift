import Foundation
import TestSupport

/// A folder with a document, its clips and a cache of its own.
final class Project {
  let folder: TempFolder
  var cache: String { folder.file("cache") }
  var document: String { folder.file("film.json") }

  /// A film of two scenes, 20 and 10 frames, with a background and an avatar whose colours are tagged.
  init(_ text: String = Project.film) throws {
    folder = try TempFolder()
    try folder.copy(Project.clip("blue"), to: "clips/bg.mp4")
    try folder.copy(Project.clip("red"), to: "clips/host.mp4")
    try folder.write(text, to: "film.json")
  }

  /// One second, which nothing is to be said of: its colours are tagged, it is large enough.
  private static func clip(_ colour: String) throws -> String {
    try ClipForge.make(
      "\(colour).mp4",
      [
        "-f", "lavfi", "-i", "color=\(colour):s=96x64:r=10:d=1", "-vf",
        "format=rgb24,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-c:v", "libx264",
        "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
        "-color_range", "tv",
      ])
  }

  /// Keys and values on lines of their own, so that lines of messages are easy to name.
  static let film = """
    {
      "spec": "scene/1",
      "id": "demo",
      "output": { "size": [96, 64], "fps": 10 },
      "assets": {
        "bg": { "path": "clips/bg.mp4" },
        "host": { "path": "clips/host.mp4" }
      },
      "scenes": [
        {
          "id": "one",
          "duration": 2,
          "background": { "asset": "bg" },
          "avatar": { "asset": "host", "x": 0.5, "y": 0.5, "size": [0.25, 0.25] }
        },
        { "id": "two", "duration": 1, "background": "#336699" }
      ]
    }

    """

  /// A film that takes seconds to render: a frame is quick, and there are many.
  static let long = film.replacingOccurrences(of: "\"duration\": 2", with: "\"duration\": 400")
    .replacingOccurrences(of: "\"fps\": 10", with: "\"fps\": 30")

  func edit(_ old: String, _ new: String) throws {
    let text = String(decoding: try readBytes(document), as: UTF8.self)
    precondition(text.contains(old))
    try folder.write(text.replacingOccurrences(of: old, with: new), to: "film.json")
  }

  /// Runs a command on the document with the project's cache, in this order: command, document, more.
  func run(_ command: String, _ more: String...) throws -> Tool.Outcome {
    try ReelnodeProgram.run([command, document, "--cache", cache] + more)
  }

  /// Renders to `name` in the folder.
  func render(_ name: String = "film.mp4", _ more: String...) throws -> Tool.Outcome {
    try ReelnodeProgram.run(
      ["render", document, "--cache", cache, "-o", folder.file(name)] + more)
  }

  func exists(_ name: String) -> Bool {
    FileManager.default.fileExists(atPath: folder.file(name))
  }

  /// Names in the folder, hidden ones too.
  var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() }
  }
}
