import Foundation
import SceneDocument
import TestSupport
import Testing

/// A project whose preview is running, and tabs that show it.
final class PreviewStage {
  let folder: TempFolder
  let address: String
  private let process = Process()
  private static let browser = Result { try Browser() }

  var document: String { folder.file("film.json") }

  init(_ text: String = PreviewStage.film, options: [String] = []) throws {
    folder = try TempFolder()
    try folder.copy(Self.clip("beach", "testsrc2", seconds: 4), to: "clips/beach.mp4")
    try folder.copy(Self.clip("ada", "mandelbrot", seconds: 3), to: "clips/ada.mp4")
    try folder.write(text.utf8, to: "film.json")
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: ReelnodeProgram.path)
    process.arguments =
      ["preview", folder.file("film.json"), "--no-open", "--cache", folder.file("cache")] + options
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    address = output.fileHandleForReading.firstLine()
    try #require(address.hasPrefix("http://127.0.0.1:"), "the preview printed '\(address)'")
  }

  deinit { if process.isRunning { process.terminate() } }

  /// Ends the preview as Ctrl-C does; its exit status.
  func interrupt() -> Int32 {
    process.interrupt()
    process.waitUntilExit()
    return process.terminationReason == .exit ? process.terminationStatus : -1
  }

  /// A tab in which the first frame is to be seen, and all scenes are known.
  func page(
    width: Int = 1280, height: Int = 800, isDark: Bool = false
  ) async throws -> BrowserPage {
    let browser = try Self.browser.get()
    let page = try await browser.open(address, width: width, height: height, isDark: isDark)
    try await page.wait(
      until: "document.getElementById('frame').dataset.frame === '0' && film.is_whole")
    return page
  }

  func replace(_ old: String, _ new: String) throws {
    let text = String(decoding: try readBytes(document), as: UTF8.self)
    try #require(text.contains(old))
    try folder.write(text.replacingOccurrences(of: old, with: new).utf8, to: "film.json")
  }

  /// Keeps a screenshot for people to look at.
  static func keep(_ page: BrowserPage, as name: String) async throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "reelnode-screenshots")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(try await page.screenshot()).write(to: folder.appendingPathComponent(name + ".png"))
  }

  private static func clip(_ name: String, _ source: String, seconds: Int) throws -> String {
    try ClipForge.make(
      "\(name).mp4",
      [
        "-f", "lavfi", "-i", "\(source)=s=640x360:r=25", "-f", "lavfi", "-i",
        "sine=f=330:r=48000", "-t", "\(seconds)", "-vf",
        "format=rgb24,scale=out_color_matrix=bt709:out_range=tv,format=yuv420p", "-c:v", "libx264",
        "-preset", "veryfast", "-g", "50", "-colorspace", "bt709", "-color_primaries", "bt709",
        "-color_trc", "bt709", "-color_range", "tv",
      ])
  }

  static let film = """
    {
      "spec": "scene/1",
      "id": "trial",
      "title": "A week at the beach",
      "output": { "size": [640, 360], "fps": 25 },
      "assets": {
        "beach": { "path": "clips/beach.mp4" },
        "ada": { "path": "clips/ada.mp4" }
      },
      "scenes": [
        {
          "id": "intro",
          "title": "Arrival",
          "duration": 3,
          "background": { "asset": "beach" },
          "avatar": { "asset": "ada", "mask": "circle", "enter": { "kind": "pop" } }
        },
        {
          "id": "talk",
          "title": "A talk in the sun",
          "duration": 3,
          "background": "#336699",
          "transition": { "kind": "crossfade" },
          "layers": [
            { "id": "card", "type": "video", "asset": "ada", "place": "center", "size": [0.5, 0.5], "rotate": 12 }
          ]
        },
        { "id": "end", "duration": 2, "background": { "asset": "beach" } }
      ]
    }

    """
}
