import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Compositing

@Suite struct SoftSubtitlesTests {
  private static let scenes = """
    {"id": "a", "duration": 2, "captions": {"lang": "ko", "cues": [{"from": 0.5, "to": 1.5, "text": "안녕 <하나> & 둘"}]}},
    {"id": "b", "duration": 2, "captions": {"cues": [{"from": 0, "to": 1, "text": "two\\nlines"}]}}
    """

  private struct Line: Equatable {
    var start: Double
    var text: String
  }

  /// What ffmpeg reads from the film's subtitle stream.
  private func lines(_ path: String) throws -> [Line] {
    let outcome = try Tool.run(
      "ffmpeg", ["-v", "error", "-i", path, "-map", "0:s:0", "-f", "webvtt", "-"])
    var lines: [Line] = []
    for block in outcome.outputText.components(separatedBy: "\n\n").dropFirst() {
      let rows = block.split(separator: "\n").map(String.init)
      guard let times = rows.firstIndex(where: { $0.contains("-->") }) else { continue }
      let parts = rows[times].prefix { $0 != " " }.split(separator: ":")
      let start = parts.reduce(0) { $0 * 60 + (Double($1) ?? .nan) }
      lines.append(Line(start: start, text: rows[(times + 1)...].joined(separator: "\n")))
    }
    return lines
  }

  @Test(
    "captions are a stream of the film, in time and in their language",
    arguments: ["mp4", "mov", "mkv", "webm"])
  func stream(_ container: String) async throws {
    let studio = try FilmStudio()
    let codec = container == "webm" ? #""video": {"codec": "vp9", "quality": 40}, "# : ""
    let document = studio.document(
      Self.scenes,
      output: codec + #""container": "\#(container)", "subtitles": "soft", "fps": "30000/1001""#)
    let result = try await studio.render(document, to: "film.\(container)")
    #expect(result.state == .done)
    let found = try lines(studio.file("film.\(container)"))
    #expect(
      found.map {
        $0.text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing(
          "&amp;", with: "&")
      } == ["안녕 <하나> & 둘", "two\nlines"])
    #expect(abs((found.first?.start ?? 0) - 0.5005) < 0.02)
    #expect(abs((found.last?.start ?? 0) - 2.002) < 0.02)
    let probe = try Tool.run(
      "ffprobe",
      [
        "-v", "error", "-select_streams", "s", "-show_entries",
        "stream=codec_name:stream_tags=language", "-of", "csv=p=0",
        studio.file("film.\(container)"),
      ])
    let name = ["mp4", "mov"].contains(container) ? "mov_text" : "webvtt"
    #expect(probe.outputText.trimmingCharacters(in: .whitespacesAndNewlines) == "\(name),kor")
    let vtt = try String(contentsOfFile: studio.file("film.vtt"), encoding: .utf8)
    #expect(
      vtt.hasPrefix(
        "WEBVTT\n\nNOTE made by reelnode\n\n00:00:00.501 --> 00:00:01.502\n안녕 &lt;하나&gt; &amp; 둘\n")
    )
  }

  @Test("a WebVTT file of the author's is not written over, our own is")
  func authorsFile() async throws {
    let studio = try FilmStudio()
    let document = studio.document(Self.scenes, output: #""subtitles": "soft""#)
    try await studio.render(document)
    try await studio.render(document)
    let own = "WEBVTT\n\n00:00.000 --> 00:01.000\nmine\n"
    try Data(own.utf8).write(to: URL(fileURLWithPath: studio.file("film.vtt")))
    await #expect(throws: RenderError.self) { try await studio.render(document) }
    #expect(try String(contentsOfFile: studio.file("film.vtt"), encoding: .utf8) == own)
    studio.expectClean()
  }

  @Test(
    "soft captions are not drawn, burned ones are no stream, and none is none",
    arguments: ["burn", "soft", "both", "none"])
  func placement(_ how: String) async throws {
    let studio = try FilmStudio()
    let document = studio.document(
      Self.scenes, output: #""size": [320, 180], "subtitles": "\#(how)""#)
    let request = try studio.request(document)
    let drawn = request.timeline.scenes[0].picture.layers.contains { $0.text != nil }
    #expect(drawn == ["burn", "both"].contains(how))
    try await studio.render(document)
    #expect(try lines(studio.file("film.mp4")).count == (["soft", "both"].contains(how) ? 2 : 0))
    #expect(studio.names().contains("film.vtt") == ["soft", "both"].contains(how))
  }
}
