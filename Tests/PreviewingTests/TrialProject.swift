import Compositing
import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Previewing

/// A document with two scenes over frame-numbered clips, and a session that looks at it.
struct TrialProject {
  let folder: TempFolder
  let session: PreviewSession

  var document: String { folder.file("film.json") }

  init(_ text: String = TrialProject.film, clip: String? = nil) throws {
    let folder = try TempFolder()
    self.folder = folder
    try folder.copy(clip ?? ClipForge.numbered(frames: 60), to: "clips/count.mp4")
    try folder.write(text, to: "film.json")
    session = PreviewSession(path: folder.file("film.json"), name: "film.json") {
      await Self.read($0, $1, in: folder.path)
    }
  }

  /// Looks twice, as a change is taken for real when it is at rest.
  func settle() async {
    await session.look()
    await session.look()
  }

  func replace(_ old: String, _ new: String) throws {
    let text = String(decoding: try readBytes(document), as: UTF8.self)
    try #require(text.contains(old))
    try folder.write(text.replacingOccurrences(of: old, with: new), to: "film.json")
  }

  /// The number that a frame of the session shows.
  func number(at frame: Int) async throws -> Int? {
    let picture = try await session.picture(frame: frame, width: 96, format: .yuv)
    return FrameCode.number(luma: picture.bytes[..<(96 * 64)], width: 96, height: 64, stride: 96)
  }

  /// Reads a text as the command does.
  static func read(
    _ text: [UInt8], _ scope: PreviewProject.Scope, in folder: String
  ) async -> PreviewProject {
    let files = ["count.mp4"].map { folder + "/clips/" + $0 }
    var preparer = DocumentPreparer(text: text, assetFolder: folder)
    preparer.onlyFirstScene = scope == .firstScene
    preparer.provesContrast = scope == .proven
    do {
      let prepared = try await preparer.prepare()
      return PreviewProject(
        request: prepared.request, source: prepared.source, diagnostics: prepared.warnings,
        files: files)
    } catch {
      let told = (error as? DocumentRefusal)?.diagnostics ?? []
      return PreviewProject(request: nil, diagnostics: told, files: files)
    }
  }

  static let film = """
    {
      "spec": "scene/1",
      "id": "trial",
      "output": { "size": [96, 64], "fps": 30 },
      "assets": { "count": { "path": "clips/count.mp4", "color": { "matrix": "bt709", "range": "limited" } } },
      "scenes": [
        { "id": "one", "duration": 2, "background": { "asset": "count" } },
        {
          "id": "two",
          "duration": 1,
          "background": "#808080",
          "layers": [
            { "id": "disc", "type": "color", "fill": "#FF0000", "mask": "circle", "x": 0.5, "y": 0.5, "anchor": "center", "size": ["32px", "32px"] }
          ]
        }
      ]
    }

    """
}
