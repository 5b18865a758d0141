import Compositing
import Foundation
import Media
import Testing

@testable import Providers

/// A folder for a call, gone with it.
private struct Call: ~Copyable {
  let call: ProviderCall

  init() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/avatar-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    call = ProviderCall(id: UUID().uuidString, startedAt: 0, folder: folder)
  }

  deinit { try? FileManager.default.removeItem(atPath: call.folder) }
}

private func request(
  _ sounds: [(String, Double)] = [("", 0.2), ("a", 0.3), ("m", 0.15), ("o", 0.25), ("", 0.1)],
  character: String? = nil, width: Int = 160, height: Int = 180, rate: Int = 25
) -> AvatarRequest {
  var time = 0.0
  var phonemes: [Speech.Phoneme] = []
  for (symbol, length) in sounds {
    phonemes.append(Speech.Phoneme(symbol, start: time, end: time + length))
    time += length
  }
  return AvatarRequest(
    audioPath: "/nowhere/speech.wav", audioSHA256: "0badcafe", duration: time, phonemes: phonemes,
    words: [Speech.Word("word", start: 0.2, end: time - 0.1)], character: character, width: width,
    height: height, rate: rate, language: "en")
}

private func file(_ started: Started) throws -> MediaFile {
  guard case .finished(let made) = started else { throw CancellationError() }
  #expect(made.cost == .free)
  return made.value
}

@Suite struct DrawnAvatarTests {
  @Test("each character becomes a clip of the speech's length, clear around the speaker")
  func clip() async throws {
    for name in DrawnAvatarMaker.characters {
      let call = try Call()
      let request = request(character: name)
      let made = try file(try await DrawnAvatarMaker().start(request, call.call))
      #expect(made.hasAlpha)
      #expect(made.mediaType == "video/quicktime")
      let reader = try FrameReader(path: made.path, kind: .video, interrupt: Interrupt())
      var frames = 0
      while let (frame, _) = try reader.next() {
        if frames == 0 {
          #expect(frame.width == 160 && frame.height == 180)
          #expect(frame.format.hasAlpha)
        }
        frames += 1
      }
      #expect(frames == 25)
      #expect(try FileManager.default.contentsOfDirectory(atPath: call.call.folder).count == 1)
    }
  }

  @Test("the corners are clear and the middle of the face is not")
  func alpha() throws {
    for name in DrawnAvatarMaker.characters {
      let drawing = try AvatarDrawing(request(character: name), provider: "drawn")
      let canvas = try AvatarPainter(drawing).draw(3)
      #expect(canvas.surface.pixel(0, 0).alpha == 0)
      #expect(canvas.surface.pixel(159, 0).alpha == 0)
      #expect(canvas.surface.pixel(80, 70).alpha == 255)
      #expect(canvas.surface.pixel(80, 175).alpha == 255)
    }
  }

  @Test("the same request gives the same bytes, another sound other movements")
  func sameBytes() async throws {
    let one = try Call()
    let two = try Call()
    let three = try Call()
    var other = request()
    other.audioSHA256 = "1badcafe"
    let maker = DrawnAvatarMaker()
    var bytes: [Data] = []
    for (request, call) in [
      (request(), one.call), (request(), two.call), (other, three.call),
    ] {
      let made = try file(try await maker.start(request, call))
      bytes.append(try #require(FileManager.default.contents(atPath: made.path)))
    }
    #expect(bytes[0] == bytes[1])
    #expect(bytes[0] != bytes[2])
  }

  @Test("a speech of no length is one frame")
  func shortest() async throws {
    let call = try Call()
    var silent = request([])
    silent.words = []
    let made = try file(try await DrawnAvatarMaker().start(silent, call.call))
    let reader = try FrameReader(path: made.path, kind: .video, interrupt: Interrupt())
    #expect(try reader.next() != nil)
    #expect(try reader.next() == nil)
  }

  @Test("an unknown character is refused with the names that there are")
  func unknownCharacter() async throws {
    let call = try Call()
    let error = await #expect(throws: ProviderError.self) {
      try await DrawnAvatarMaker().start(request(character: "zoe"), call.call)
    }
    #expect(error?.kind == .permanent)
    #expect(error?.reason.contains("'zoe'") == true)
    #expect(error?.advice.contains("mina, jun, ada") == true)
  }

  @Test("sizes, rates and lengths that cannot be drawn are refused")
  func refusals() {
    var requests = [
      request(width: 0), request(width: 100_000), request(height: -4), request(rate: 0),
      request(rate: 1000),
    ]
    for duration in [Double.nan, -1, .infinity, 1e9] {
      var one = request()
      one.duration = duration
      requests.append(one)
    }
    for request in requests {
      let error = #expect(throws: ProviderError.self) {
        try AvatarDrawing(request, provider: "drawn")
      }
      #expect(error?.kind == .permanent)
      #expect(error?.advice.isEmpty == false)
    }
  }

  @Test("a sound that is needed and cannot be read is named")
  func missingSound() async throws {
    let call = try Call()
    var spoken = request()
    spoken.phonemes = []
    let error = await #expect(throws: ProviderError.self) {
      try await DrawnAvatarMaker().start(spoken, call.call)
    }
    #expect(error?.kind == .permanent)
    #expect(error?.reason.contains("/nowhere/speech.wav") == true)
    #expect(try FileManager.default.contentsOfDirectory(atPath: call.call.folder).isEmpty)
  }

  @Test("a folder that cannot be written to is another matter: it may be tried again")
  func noFolder() async throws {
    let call = ProviderCall(id: "a", startedAt: 0, folder: "/nowhere/at/all")
    let error = await #expect(throws: ProviderError.self) {
      try await DrawnAvatarMaker().start(request(), call)
    }
    #expect(error?.kind == .retry)
    #expect(error?.reason.contains("/nowhere/at/all/avatar.mov") == true)
  }

  @Test("cancelling stops the drawing and leaves no file")
  func cancelling() async throws {
    let call = try Call()
    let (folder, path) = (call.call.folder, call.call.folder + "/avatar.mov")
    var long = request()
    long.duration = 3600
    let drawing = try AvatarDrawing(long, provider: "drawn")
    var asked = 0
    #expect(throws: CancellationError.self) {
      try drawing.write(to: path) {
        asked += 1
        return asked > 3
      }
    }
    #expect(asked == 4)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    let task = Task { [long, call = call.call] in
      try await DrawnAvatarMaker().start(long, call)
    }
    task.cancel()
    await #expect(throws: CancellationError.self) { _ = try await task.value }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
  }

  @Test("an attempt whose answer was lost is made again, for nothing")
  func recovery() async throws {
    let call = try Call()
    let maker = DrawnAvatarMaker()
    #expect(maker.estimate(request()) == .free)
    guard case .notStarted = try await maker.recover(request(), call.call) else {
      Issue.record("it can be made again")
      return
    }
  }
}

@Suite struct PortraitTests {
  private func write(_ canvas: VectorCanvas) throws -> String {
    let path = FileManager.default.temporaryDirectory.path + "/portrait-\(UUID().uuidString).png"
    try HostFile.replace(path, with: try canvas.png())
    return path
  }

  @Test("a portrait is shown in a round frame whose sign follows the speech")
  func portrait() throws {
    let picture = VectorCanvas(width: 300, height: 400)
    picture.fill(.solid(.hex(0xA03040)))
    var spoken = request([("", 0.4), ("a", 0.4), ("", 0.4)])
    let path = try write(picture)
    defer { try? FileManager.default.removeItem(atPath: path) }
    spoken.portraitPath = path
    let painter = try AvatarPainter(try AvatarDrawing(spoken, provider: "drawn"))
    func drawn(_ index: Int) -> (pixel: UInt8, weight: Int) {
      let canvas = painter.draw(index)
      let rgba = canvas.rgba()
      let alphas = stride(from: 3, to: rgba.count, by: 4).map { Int(rgba[$0]) }
      #expect(canvas.surface.pixel(2, 2).alpha == 0)
      return (canvas.surface.pixel(80, 70).red, alphas.reduce(0, +))
    }
    let (silent, loud) = (drawn(2), drawn(15))
    #expect(abs(Int(silent.pixel) - 0xA0) < 4)
    #expect(loud.weight > silent.weight)
    #expect(drawn(28).weight < loud.weight)
  }

  @Test("what is no picture is refused with its path")
  func noPicture() throws {
    let text = FileManager.default.temporaryDirectory.path + "/portrait-\(UUID().uuidString).png"
    try Data("not a picture".utf8).write(to: URL(fileURLWithPath: text))
    defer { try? FileManager.default.removeItem(atPath: text) }
    for path in [text, "/nowhere/at/all.png", FileManager.default.temporaryDirectory.path, ""] {
      let error = #expect(throws: ProviderError.self) { try PortraitFile.read(path) }
      #expect(error?.kind == .permanent)
      #expect(error?.reason.contains("'\(path)'") == true)
    }
  }
}
