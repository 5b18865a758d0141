import Foundation
import Media
import TestSupport
import Testing

@testable import Providers

@Suite struct PosterMakerTests {
  /// A film of 4 s at 10 frames a second: black, then one colour, then stripes, then black.
  private func film(_ folder: TempFolder) throws -> String {
    let path = folder.file("film.mp4")
    let writer = try ClipWriter(path: path, width: 160, height: 90, rate: 10, kind: .opaque)
    for index in 0..<40 {
      let canvas = try Canvas(
        width: 160, height: 90,
        filledWith: 10..<18 ~= index ? Colour(red: 90, green: 90, blue: 160) : .black)
      if 18..<30 ~= index {
        for stripe in 0..<8 {
          try canvas.draw(
            Overlay(
              Bitmap(width: 10, height: 90, filledWith: Colour(red: 230, green: 200, blue: 90)),
              x: 20 * stripe, y: 0))
        }
      }
      try writer.write(canvas)
    }
    try writer.finish()
    return path
  }

  @Test(
    "the frame with most in it is taken, not a black one",
    arguments: [PosterMaker.Format.jpeg, .png])
  func choice(format: PosterMaker.Format) async throws {
    let folder = try TempFolder()
    let film = try film(folder)
    let poster = try await PosterMaker().make(film: film, to: folder.file("poster"), format: format)
    #expect(1.8..<3.0 ~= poster.time)
    #expect(poster.width == 160 && poster.height == 90)
    #expect(poster.file.mediaType == (format == .png ? "image/png" : "image/jpeg"))
    let reader = try FrameReader(path: poster.file.path, kind: .video, interrupt: Interrupt())
    #expect(try reader.next()?.frame.width == 160)
  }

  @Test(
    "titles of any kind are drawn, and the same twice",
    arguments: [
      "A title", "바다에서 시작하는 우리의 긴 여행 이야기", "Mixed 한글 and English", "🎬", "\u{0}\u{1B}{\\b1}\\N",
      String(repeating: "long ", count: 50), String(repeating: "가", count: 90), "  ",
    ])
  func titles(title: String) async throws {
    let folder = try TempFolder()
    let film = try film(folder)
    var bytes: [[UInt8]] = []
    for name in ["a.png", "b.png"] {
      let poster = try await PosterMaker().make(
        film: film, to: folder.file(name), format: .png, title: title)
      bytes.append(try readBytes(poster.file.path))
    }
    #expect(bytes[0] == bytes[1])
    let plain = try await PosterMaker().make(film: film, to: folder.file("c.png"), format: .png)
    let hasLetters = title.contains { $0.isLetter }
    #expect((try readBytes(plain.file.path) != bytes[0]) == hasLetters)
  }

  @Test("moments lie within the film", arguments: [0, 0.04, 0.6, 2, 60, 7200])
  func moments(duration: Double) {
    let moments = PosterMaker.moments(duration)
    #expect(!moments.isEmpty)
    #expect(moments.allSatisfy { $0 >= 0 && $0 <= max(duration, 0) })
    #expect(moments == moments.sorted())
  }

  @Test("what is no film is refused by its name")
  func noFilm() async throws {
    let folder = try TempFolder()
    try folder.write("words", to: "film.mp4")
    for name in ["film.mp4", "none.mp4"] {
      let error = await #expect(throws: ProviderError.self) {
        try await PosterMaker().make(film: folder.file(name), to: folder.file("poster.jpg"))
      }
      #expect(error?.kind == .permanent && error?.reason.contains(name) == true)
    }
    #expect(!FileManager.default.fileExists(atPath: folder.file("poster.jpg")))
  }
}
