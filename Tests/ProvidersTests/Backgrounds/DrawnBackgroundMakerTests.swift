import Foundation
import Media
import Providers
import TestSupport
import Testing

@Suite struct DrawnBackgroundMakerTests {
  private let maker = DrawnBackgroundMaker()

  private func bytes(_ request: BackgroundRequest) async throws -> [UInt8] {
    let folder = try TempFolder()
    let file = try #require(try await maker.start(request, .into(folder)).file)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["background.mp4"])
    return try readBytes(file.path)
  }

  @Test("a clip of six seconds, at the film's rate and size")
  func clip() async throws {
    let folder = try TempFolder()
    let started = try await maker.start(.small(), .into(folder))
    let file = try #require(started.file)
    #expect(file.mediaType == "video/mp4" && !file.hasAlpha)
    let reader = try FrameReader(path: file.path, kind: .video, interrupt: Interrupt())
    var count = 0
    while let (frame, _) = try reader.next() {
      #expect(frame.width == 64 && frame.height == 36)
      count += 1
    }
    #expect(count == 24 && reader.decodeErrors == 0)
  }

  @Test(
    "any size, odd ones a pixel larger",
    arguments: [(16, 16), (2, 2), (17, 9), (36, 64), (130, 66)])
  func sizes(width: Int, height: Int) async throws {
    let folder = try TempFolder()
    let request = BackgroundRequest.small(width: width, height: height, rate: 1)
    let file = try #require(try await maker.start(request, .into(folder)).file)
    let reader = try FrameReader(path: file.path, kind: .video, interrupt: Interrupt())
    let frame = try #require(try reader.next()).frame
    #expect(frame.width == (width + 1) & ~1 && frame.height == (height + 1) & ~1)
  }

  @Test(
    "sizes and rates that no film has are refused",
    arguments: [(0, 36, 4), (64, -2, 4), (9000, 36, 4), (64, 36, 0)])
  func refused(width: Int, height: Int, rate: Int) async throws {
    let folder = try TempFolder()
    let error = await #expect(throws: ProviderError.self) {
      try await maker.start(.small(width: width, height: height, rate: rate), .into(folder))
    }
    #expect(error?.kind == .permanent)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("two runs give the same bytes; another style, scene or topic gives others")
  func sameBytes() async throws {
    let first = try await bytes(.small())
    #expect(try await bytes(.small()) == first)
    #expect(try await bytes(.small(style: "another")) != first)
    #expect(try await bytes(.small(position: 1)) != first)
    #expect(try await bytes(.small(title: "", keywords: ["money"])) != first)
  }

  private static let hostileTexts = [
    "empty": "", "path": "../../etc/passwd",
    "filter": "[0:v]drawtext=text='x',movie=/etc/passwd;", "control": "\u{0}\u{1B}[2J\u{202E}",
    "long": String(repeating: "가", count: 10_000), "emoji": "👩‍👩‍👧‍👦🎬",
    "sql": "'; DROP VIEW scene; --", "format": "%s%n%x",
  ]

  @Test("hostile text is only words", arguments: hostileTexts.keys.sorted())
  func hostile(name: String) async throws {
    let text = try #require(Self.hostileTexts[name])
    let found = try await bytes(
      .small(title: text, prompt: String(repeating: text + " ", count: 50), keywords: [text]))
    // None of it names a topic: it is the picture of a scene about nothing.
    #expect(try await bytes(.small(title: "", keywords: [])) == found)
  }

  @Test("a missing folder is an error and leaves nothing")
  func missingFolder() async throws {
    let folder = try TempFolder()
    let call = ProviderCall(id: "x", startedAt: 0, folder: folder.file("none"))
    let error = await #expect(throws: ProviderError.self) {
      try await maker.start(.small(), call)
    }
    #expect(error?.kind == .retry && error?.reason.contains("none") == true)
  }

  @Test("a cancelled one stops and leaves nothing")
  func cancelled() async throws {
    let folder = try TempFolder()
    let task = Task {
      try await maker.start(.small(width: 1280, height: 720, rate: 30), .into(folder))
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }

  @Test("it is free, and a lost call was not begun")
  func free() async throws {
    let folder = try TempFolder()
    #expect(maker.estimate(.small()) == .free)
    guard case .notStarted = try await maker.recover(.small(), .into(folder)) else {
      Issue.record("it says that something was begun")
      return
    }
  }

  @Test("colour backgrounds are stills of the same family, the same each time")
  func color() async throws {
    let folder = try TempFolder()
    var files: [[UInt8]] = []
    for _ in 0..<2 {
      let started = try await ColorBackgroundMaker().start(
        .small(width: 33, height: 17), .into(folder))
      let file = try #require(started.file)
      #expect(file.mediaType == "image/png")
      let reader = try FrameReader(path: file.path, kind: .video, interrupt: Interrupt())
      let frame = try #require(try reader.next()).frame
      #expect(frame.width == 33 && frame.height == 17)
      files.append(try readBytes(file.path))
    }
    #expect(files[0] == files[1])
  }
}
