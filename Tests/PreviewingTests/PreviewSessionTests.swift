import Compositing
import Foundation
import Media
import SceneDocument
import TestSupport
import Testing

@testable import Previewing

@Suite struct PreviewSessionTests {
  @Test("any order of frames gives the film's frames, sample by sample")
  func exact() async throws {
    let trial = try TrialProject()
    await trial.session.load()
    let project = await TrialProject.read(
      try readBytes(trial.document), .whole, in: trial.folder.path)
    let film = try #require(project.request)
    for frame in [0, 1, 2, 40, 41, 7, 59, 60, 89, 58, 3, 31] {
      // A renderer of its own that has drawn nothing before.
      let reference = try PreviewRenderer(film, interrupt: Interrupt()).canvas(at: frame).planes
      let picture = try await trial.session.picture(frame: frame, width: 96, format: .yuv)
      #expect(picture.bytes == reference, "frame \(frame)")
      if frame < 60 { #expect(try await trial.number(at: frame) == frame) }
    }
  }

  @Test("a picture file is no larger than asked for, and has the film's colours")
  func pictureFile() async throws {
    let trial = try TrialProject()
    await trial.session.load()
    let jpeg = try await trial.session.picture(frame: 75, width: 48)
    let path = try trial.folder.write(jpeg.bytes, to: "frame.jpg")
    let frame = try #require(
      try FrameReader(path: path, kind: .video, interrupt: Interrupt()).next()?.frame)
    #expect((frame.width, frame.height) == (48, 32))
    let png = try await trial.session.picture(frame: 75, width: 48, format: .png)
    #expect(png.bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]))
  }

  @Test("a text that is half saved changes the diagnostics alone, and the whole one mends them")
  func halfSaved() async throws {
    let trial = try TrialProject()
    await trial.session.load()
    let text = try readBytes(trial.document)
    let before = await trial.session.state()
    #expect(before.isCurrent && before.diagnostics.isEmpty)
    for count in [0, 1, text.count / 3, text.count / 2, text.count - 4] {
      try trial.folder.write(text.prefix(count), to: "film.json")
      await trial.settle()
      let state = await trial.session.state()
      #expect(!state.isCurrent && state.frames == 90)
      #expect(state.diagnostics.map(\.code) == [.jsonSyntax])
      #expect(state.version == before.version)
      #expect(try await trial.number(at: 9) == 9)
    }
    try FileManager.default.removeItem(atPath: trial.document)
    await trial.settle()
    #expect(await trial.session.state().diagnostics.first?.code == .inputOutput)
    try trial.folder.write(text, to: "film.json")
    await trial.settle()
    let after = await trial.session.state()
    #expect(after.isCurrent && after.diagnostics.isEmpty)
  }

  @Test("a change that is still under way is not read")
  func unsettled() async throws {
    let trial = try TrialProject()
    await trial.session.load()
    try trial.replace("\"duration\": 1,", "\"duration\": 2,")
    await trial.session.look()
    #expect(await trial.session.state().frames == 90)
    await trial.session.look()
    #expect(await trial.session.state().frames == 120)
  }

  @Test("another clip under the same name is shown")
  func assetChanges() async throws {
    let trial = try TrialProject()
    await trial.session.load()
    #expect(try await trial.number(at: 5) == 5)
    let other = try ClipForge.numbered(
      frames: 30, filter: "select='gte(n,10)',setpts=N/30/TB", options: ["-r", "30"])
    try trial.folder.copy(other, to: "clips/new.mp4")
    #expect(
      HostFile.rename(
        trial.folder.file("clips/new.mp4"), to: trial.folder.file("clips/count.mp4")) == 0)
    await trial.settle()
    #expect(await trial.session.state().isCurrent)
    #expect(try await trial.number(at: 5) == 15)
    // Cut off in the midst: the version before stays.
    let bytes = try readBytes(trial.folder.file("clips/count.mp4"))
    try trial.folder.write(bytes.prefix(200), to: "clips/count.mp4")
    await trial.settle()
    #expect(await trial.session.state().isCurrent == false)
    #expect(await trial.session.state().frames == 90)
    try FileManager.default.removeItem(atPath: trial.folder.file("clips/count.mp4"))
    await trial.settle()
    #expect(await trial.session.state().diagnostics.map(\.code) == [.assetMissing])
    try trial.folder.write(bytes, to: "clips/count.mp4")
    await trial.settle()
    #expect(await trial.session.state().isCurrent)
    #expect(try await trial.number(at: 6) == 16)
  }

  @Test("a document that was never right has no pictures, and then has")
  func brokenFromTheStart() async throws {
    let trial = try TrialProject("{")
    await trial.session.load()
    let state = await trial.session.state()
    #expect(state.frames == 0 && !state.isCurrent && !state.diagnostics.isEmpty)
    await #expect(throws: PreviewError.nothingToShow) {
      try await trial.session.picture(frame: 0, width: 96)
    }
    await #expect(throws: PreviewError.nothingToShow) { try await trial.session.play(from: 0) }
    try trial.folder.write(TrialProject.film, to: "film.json")
    await trial.settle()
    #expect(await trial.session.state().frames == 90)
  }

  @Test("a pixel names the topmost layer with anything there")
  func seen() async throws {
    let trial = try TrialProject()
    await trial.session.load()
    let disc = try await trial.session.seen(frame: 70, x: 48, y: 32)
    #expect(disc.layer == "disc" && disc.scene == "two" && disc.line == 13)
    // In the corner of the disc's box, outside its mask.
    let corner = try await trial.session.seen(frame: 70, x: 33, y: 17)
    #expect(corner.layer == nil && corner.scene == "two" && corner.line == 11)
    let clip = try await trial.session.seen(frame: 3, x: 0, y: 0)
    #expect(clip.layer == "one/background" && clip.asset == "clips/count.mp4" && clip.line == 7)
    let outlines = try await trial.session.outlines(frame: 70)
    #expect(outlines.map(\.layer) == ["disc"])
    #expect(outlines[0].corners.map(\.x) == [32, 64, 64, 32])
    #expect(outlines[0].corners.map(\.y) == [16, 16, 48, 48])
    await #expect(throws: PreviewError.noFrame(90, of: 90)) {
      try await trial.session.outlines(frame: 90)
    }
  }

  @Test("of what one viewer asks for only the newest is worked on")
  func newestOnly() async throws {
    let trial = try TrialProject()
    await trial.session.load()
    let session = trial.session
    let results = await withTaskGroup(of: (Int, Bool).self) { group in
      for frame in stride(from: 0, to: 60, by: 2) {
        group.addTask {
          do {
            _ = try await session.picture(frame: frame, width: 96, viewer: "someone")
            return (frame, true)
          } catch {
            return (frame, false)
          }
        }
      }
      var results: [Int: Bool] = [:]
      for await (frame, isThere) in group { results[frame] = isThere }
      return results
    }
    #expect(results.count == 30)
    #expect(results.values.contains(true))
    // Whatever was given up left the renderers of use.
    for frame in [0, 2, 58, 31] { #expect(try await trial.number(at: frame) == frame) }
  }

  @Test("the stream begins at any frame and is a film to its end")
  func plays() async throws {
    let trial = try TrialProject()
    await trial.session.load()
    let stream = try await trial.session.play(from: 40)
    var bytes: [UInt8] = []
    while let piece = try await stream.next() { bytes += piece }
    #expect(stream.contentType.hasPrefix("video/mp4; codecs=\"avc1."))
    let path = try trial.folder.write(bytes, to: "stream.mp4")
    let reader = try FrameReader(path: path, kind: .video, interrupt: Interrupt())
    #expect((reader.stream.width, reader.stream.height) == (48, 32))
    var count = 0
    while try reader.next() != nil { count += 1 }
    #expect(count == 50)
    // One that nobody takes to its end stops when told.
    let other = try await trial.session.play(from: 0)
    _ = try await other.next()
    other.cancel()
  }
}
