import Media
import TestSupport
import Testing

@Suite struct MediaErrorTests {
  @Test("a missing file is named, with the system's words")
  func missingFile() throws {
    let error = try mediaError { _ = try Demuxer(path: "/nowhere/clip.mp4") }
    #expect(error.description == "cannot open '/nowhere/clip.mp4': No such file or directory")
    #expect(error.isMissingFile && error.isUnreadable && !error.isLimit && !error.isInterrupted)
  }

  @Test("an unknown encoder is named")
  func unknownEncoder() throws {
    let error = try mediaError {
      _ = try Encoder(
        VideoEncoderSettings(
          encoder: "nonesuch", width: 64, height: 36, frameRate: TimeBase(30, 1),
          pixelFormat: .yuv420p, gop: 30))
    }
    #expect(
      error.description
        == "cannot open the encoder 'nonesuch': this build of libavcodec has no such encoder")
  }

  @Test("an option that the encoder does not have is named")
  func unknownOption() throws {
    let error = try mediaError {
      _ = try Encoder(
        VideoEncoderSettings(
          encoder: "libx264", width: 64, height: 36, frameRate: TimeBase(30, 1),
          pixelFormat: .yuv420p, gop: 30, options: ["presett": "fast"]))
    }
    #expect(error.description == "cannot open the encoder 'libx264': it has no option presett")
  }

  @Test("a filter graph that libav cannot read is shown")
  func badGraph() throws {
    let error = try mediaError { _ = try FilterGraph(source: "nonesuch=3") }
    #expect(error.operation == .buildGraph)
    #expect(error.description.hasPrefix("cannot build the filter graph 'nonesuch=3': "))
  }

  @Test("an output folder that is not there is told with the path")
  func missingFolder() throws {
    let error = try mediaError { _ = try Muxer(path: "/nowhere/film.mp4", format: "mp4") }
    #expect(error.description == "cannot create '/nowhere/film.mp4': No such file or directory")
  }

  @Test("a file without the wanted stream says which is missing")
  func missingStream() throws {
    let tone = try ClipForge.tone("tone.wav")
    let error = try mediaError {
      _ = try FrameReader(path: tone, kind: .video, interrupt: Interrupt())
    }
    #expect(error.isMissingStream)
    #expect(error.description == "cannot find a stream in '\(tone)': it has no picture")
  }

  @Test("a full disk is told apart from other failures")
  func fullDisk() throws {
    // /dev/full takes nothing: each write fails as on a full disk.
    let error = try mediaError {
      let muxer = try Muxer(path: "/dev/full", format: "wav")
      let encoder = try Encoder(
        AudioEncoderSettings(encoder: "pcm_s16le", rate: 48_000, channels: 2, bitRate: 0))
      let stream = try muxer.addStream(try encoder.parameters)
      try muxer.writeHeader()
      let silence = [Float](repeating: 0, count: 96_000)
      for second in 0..<20 {
        let frame = try Frame(
          interleaved: silence[...], channels: 2, rate: 48_000, pts: Int64(second) * 48_000,
          for: encoder)
        try encoder.encode(frame) { packet in try muxer.write(packet, to: stream) }
      }
      try muxer.finish()
    }
    #expect(error.isOutOfSpace)
    #expect(error.reason == "No space left on device")
  }
}
