import Compositing
import Media
import SceneDocument
import TestSupport
import Testing

@Suite struct ProberDamageTests {
  @Test("files that hold no media are refused with what is accepted")
  func format() throws {
    let folder = try TempFolder()
    let texts = [
      "", "hello", "#EXTM3U\n#EXTINF:1,\nclip.mp4\n", "ffconcat version 1.0\nfile clip.mp4\n",
    ]
    for text in texts {
      let path = try folder.write(text, to: "list.mp4")
      let error = try assetError { _ = try probe(path) }
      #expect(error.code == .format, "\(text)")
      #expect(error.remedy.contains("MP4, MOV, Matroska"))
    }
  }

  @Test("an animated WebP is refused and not called damaged")
  func animatedWebP() throws {
    let path = try ClipForge.make(
      "moving.webp", ["-f", "lavfi", "-i", "testsrc2=s=64x36:r=10", "-frames:v", "3"])
    let error = try assetError { _ = try probe(path) }
    #expect(error.code == .format && error.problem.contains("animated WebP"))
  }

  @Test("pictures of 30 000 pixels a side are refused", arguments: [(30_000, 30_000), (17_000, 2)])
  func tooLarge(width: UInt32, height: UInt32) throws {
    let error = try assetError {
      _ = try probe(try ClipForge.hugePNG(width: width, height: height))
    }
    #expect(error.code == .limit)
    #expect(error.problem.contains("\(width)x\(height)"))
  }

  @Test("an MP4 that was not copied to its end lacks its header")
  func cutMP4() throws {
    let error = try assetError {
      _ = try probe(try ClipForge.truncated(try ClipForge.plain(), to: 0.7))
    }
    #expect(error.code == .damaged)
    #expect(error.problem.contains("not copied to its end"))
  }

  @Test("frames that the header promises and the file does not hold are counted")
  func missingFrames() throws {
    let noise = "noise=alls=30:allf=t"
    let whole = try ClipForge.numbered(
      .h264, filter: noise, options: ["-movflags", "+faststart"])
    let matroska = try ClipForge.numbered(.vp9, filter: noise)
    for path in [whole, matroska] {
      let asset = try probe(try ClipForge.truncated(path, to: 0.6))
      let found = try #require(asset.record.video).frames
      #expect(found < 40 && found + asset.damage.missingFrames == 40, "\(path)")
      #expect(asset.missingShare > 0.2)
      #expect(try probe(path).damage == .init())
    }
  }

  @Test("sound that the header promises is missed", arguments: ["wav", "flac", "mp3"])
  func missingSound(suffix: String) throws {
    let whole = try ClipForge.tone("tone.\(suffix)", seconds: 2)
    let asset = try probe(try ClipForge.truncated(whole, to: 0.5))
    let found = try #require(asset.record.audio).samples
    #expect((30..<60).contains(Int(Double(found) / 882)))
    let total = found + asset.damage.missingSamples
    #expect((86_000..<90_500).contains(total))
    #expect(try probe(whole).damage == .init())
  }

  @Test("a still that breaks off is damaged", arguments: ["png", "jpg", "webp"])
  func cutStill(suffix: String) throws {
    let whole = try ClipForge.still("still.\(suffix)", size: "320x180")
    let path = try ClipForge.truncated(whole, to: 0.6)
    do {
      #expect(try probe(path).missingShare == 0.5)
    } catch let error as AssetError {
      #expect(error.code == .damaged)
    }
  }

  @Test("a file of which nothing can be decoded is damaged")
  func undecodable() throws {
    let whole = try ClipForge.numbered(.h264, suffix: "mkv", filter: "noise=alls=30:allf=t")
    let path = try ClipForge.once("zeroed.mkv", key: whole) { copy in
      var bytes = try readBytes(whole)
      let cluster = try #require(bytes.firstRange(of: [0x1F, 0x43, 0xB6, 0x75]))
      for index in cluster.upperBound + 48..<bytes.count { bytes[index] = 0xAA }
      try writeBytes(bytes, to: copy)
    }
    #expect(try assetError { _ = try probe(path) }.code == .damaged)
  }

  @Test("a kind that the file is not of is a missing stream")
  func kinds() throws {
    let tone = try ClipForge.tone("tone.wav")
    let still = try ClipForge.still("still.png")
    let clip = try ClipForge.plain()
    let wrong: [(String, Asset.Kind)] = [
      (tone, .video), (tone, .image), (still, .video), (still, .audio), (clip, .image),
      (clip, .audio),
    ]
    for (path, kind) in wrong {
      #expect(try assetError { _ = try probe(path, as: kind) }.code == .noStream, "\(path) \(kind)")
    }
    #expect(try probe(try ClipForge.talking(), as: .audio).record.audio != nil)
    #expect(try probe(still, as: .image).record.kind == .image)
  }

  @Test("200 flipped bits neither crash nor pass for a longer film", arguments: 1...6)
  func flippedBits(seed: Int) throws {
    let whole = try ClipForge.talking(seconds: 2)
    let path = try ClipForge.flipped(whole, bits: 200, seed: UInt64(seed))
    do {
      let record = try probe(path).record
      #expect((record.video?.frames ?? 0) <= 70)
    } catch let error as AssetError {
      #expect([.damaged, .format, .limit].contains(error.code))
    }
  }

  @Test("a cancelled probe says so")
  func cancelled() throws {
    let (root, name) = try split(try ClipForge.plain())
    let interrupt = Interrupt()
    interrupt.cancel()
    let error = try assetError { _ = try Prober(root: root).probe(name, interrupt: interrupt) }
    #expect(error.code == .cancelled)
  }

  @Test("a message says what is wrong with which file and what to do")
  func message() throws {
    let folder = try TempFolder()
    let root = try AssetRoot(path: folder.path)
    let error = try assetError { _ = try Prober(root: root).probe("clips/beach.mp4") }
    #expect(
      error.description == """
        asset 'clips/beach.mp4': there is no such file below the asset root
          → put the file there, correct 'path', or name the folder it is in with --assets
        """)
  }

  private func assetError(_ body: () throws -> Void) throws -> AssetError {
    try #require(throws: AssetError.self) { try body() }
  }
}
