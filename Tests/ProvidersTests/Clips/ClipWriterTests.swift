import Foundation
import Media
import Providers
import TestSupport
import Testing

@Suite struct ClipWriterTests {
  private static let size = (width: 64, height: 48)

  /// A disc that moves to the right, with soft edges in `alpha`.
  private func picture(_ index: Int) -> Bitmap {
    let (width, height) = Self.size
    var rgba: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let (dx, dy) = (Double(x - 12 - index), Double(y - 24))
        let edge = 12 - (dx * dx + dy * dy).squareRoot()
        rgba += [200, 80, UInt8(x), UInt8(min(max(edge, 0), 1) * 255)]
      }
    }
    return Bitmap(width: width, height: height, rgba: rgba)
  }

  private func write(_ kind: ClipWriter.Kind, to path: String, frames: Int = 12) throws {
    let writer = try ClipWriter(
      path: path, width: Self.size.width, height: Self.size.height, rate: 30, kind: kind)
    for index in 0..<frames { try writer.write(picture(index)) }
    try writer.finish()
    #expect(writer.frames == frames)
  }

  @Test("a clip holds every frame", arguments: [ClipWriter.Kind.opaque, .transparent])
  func holdsAll(kind: ClipWriter.Kind) throws {
    let folder = try TempFolder()
    let path = folder.file("clip.\(kind.fileExtension)")
    try write(kind, to: path)
    let reader = try FrameReader(path: path, kind: .video, interrupt: Interrupt())
    var count = 0
    while let (frame, _) = try reader.next() {
      #expect(frame.width == 64 && frame.height == 48)
      #expect(frame.format.hasAlpha == (kind == .transparent))
      count += 1
    }
    #expect(count == 12 && reader.decodeErrors == 0)
    #expect(reader.stream.color.matrix == (kind == .opaque ? "bt709" : reader.stream.color.matrix))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
  }

  @Test("alpha comes back exactly")
  func exactAlpha() throws {
    let folder = try TempFolder()
    let path = folder.file("clip.mov")
    try write(.transparent, to: path)
    let reader = try FrameReader(path: path, kind: .video, interrupt: Interrupt())
    let scaler = Scaler()
    for index in 0..<12 {
      let frame = try #require(try reader.next()).frame
      let picture = try SourcePicture(
        frame, rotation: 0, colour: .canvas, alpha: .straight, scaler: scaler)
      let found = picture.bitmap(
        SourceWindow(width: 64, height: 48), width: 64, height: 48, using: Resizing())
      #expect(found.alpha?.samples == self.picture(index).alpha?.samples)
    }
  }

  @Test("two runs give the same bytes", arguments: [ClipWriter.Kind.opaque, .transparent])
  func sameBytes(kind: ClipWriter.Kind) throws {
    let folder = try TempFolder()
    for name in ["a", "b"] { try write(kind, to: folder.file(name)) }
    #expect(try readBytes(folder.file("a")) == readBytes(folder.file("b")))
  }

  @Test("an unfinished clip leaves nothing")
  func unfinished() throws {
    let folder = try TempFolder()
    do {
      let writer = try ClipWriter(
        path: folder.file("clip.mp4"), width: 64, height: 48, rate: 30, kind: .opaque)
      try writer.write(picture(0))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("a clip without frames is refused and leaves nothing")
  func empty() throws {
    let folder = try TempFolder()
    let writer = try ClipWriter(
      path: folder.file("clip.mp4"), width: 64, height: 48, rate: 30, kind: .opaque)
    #expect(throws: MediaError.self) { try writer.finish() }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("a folder that is not there is an error that names the file")
  func missingFolder() throws {
    let folder = try TempFolder()
    let error = #expect(throws: MediaError.self) {
      try ClipWriter(
        path: folder.file("none/clip.mp4"), width: 64, height: 48, rate: 30, kind: .opaque)
    }
    #expect(error?.description.contains("none/clip.mp4") == true)
  }
}
