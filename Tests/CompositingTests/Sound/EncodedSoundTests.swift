import Foundation
import Media
import SceneDocument
import Testing

@testable import Compositing

@Suite struct EncodedSoundTests {
  /// Puts the sound at `path` alone into a container.
  static func mux(_ path: String, to output: String, format: String) throws {
    let sound = try EncodedSound(reading: path)
    let muxer = try Muxer(path: output, format: format)
    let stream = try muxer.addStream(try sound.parameters)
    try muxer.writeHeader(
      options: format == "mp4" || format == "mov" ? ["movie_timescale": "48000"] : [:])
    while let packet = try sound.nextPacket() { try muxer.write(packet, to: stream) }
    try muxer.finish()
  }

  static let ways: [(Output.Container, Output.Audio.Codec)] = [
    (.mp4, .aac), (.mov, .aac), (.mkv, .aac), (.webm, .opus), (.mkv, .opus), (.mp4, .opus),
    (.mov, .pcm), (.mkv, .pcm),
  ]

  @Test(
    "every container gives back exactly the planned samples, none of them shifted", arguments: ways,
    [60_000, 61_441])
  func exact(way: (Output.Container, Output.Audio.Codec), count: Int) throws {
    let folder = try SoundFolder()
    // Noise through, and a click every 10 000 samples.
    var wanted = TestNoise.soft(count, channels: 2, amplitude: 0.1)
    for place in stride(from: 5_000, to: count, by: 10_000) {
      for index in 0..<16 { wanted[(place + index) * 2] += index % 2 == 0 ? 0.4 : -0.4 }
    }
    _ = try folder.wav("in.wav", wanted, channels: 2)
    let mix = try mixed(
      folder, samples: Int64(count), channels: 2,
      [
        SoundClip(
          sha256: "in.wav", role: .effect, start: 0, count: Int64(count), sourceEnd: 9_000_000)
      ])
    let profile = SoundProfile(
      codec: way.1, kilobits: 192, rate: 48_000, channels: 2, container: way.0)
    try EncodedSound.encode(mix, profile: profile, to: folder.file("sound"))
    let film = folder.file("film")
    try Self.mux(folder.file("sound"), to: film, format: way.0.muxer)

    let left = channel(0, of: 2, wanted)
    let read = channel(0, of: 2, try readAll(film))
    #expect(read.count == count)
    for place in [5_000, 25_000, 55_000] {
      #expect(lag(of: read, behind: left, at: place, within: 1_100, length: 1_000) == 0)
    }
    let decoded = channel(0, of: 2, try folder.decodedByFFmpeg(film))
    // Of MP4 the program of libav 5.1 plays the last frame to its end, whatever the edit list says.
    let padding = way.0 == .mp4 || way.0 == .mov ? 1024 : 1
    #expect(decoded.count >= count && decoded.count < count + padding)
    #expect(lag(of: decoded, behind: left, at: 25_000, within: 1_100, length: 1_000) == 0)
  }

  @Test("pieces of AAC join without a trace")
  func seams() throws {
    let folder = try SoundFolder()
    let count = 48_000 * 22
    let bed = TestNoise.soft(count, channels: 2, amplitude: 0.2)
    // Strokes like drums, that make the encoder change its windows.
    let wanted = bed.indices.map { index in
      let since = Double(index / 2 % 17_000) / 2_000
      return bed[index] * Float(0.3 + 3 * exp(-since)) + Float(0.1 * sin(Double(index / 2) * 0.03))
    }
    _ = try folder.wav("in.wav", wanted, channels: 2)
    let mix = try mixed(
      folder, samples: Int64(count), channels: 2,
      [
        SoundClip(
          sha256: "in.wav", role: .effect, start: 0, count: Int64(count), sourceEnd: 90_000_000)
      ])
    let profile = SoundProfile(
      codec: .aac, kilobits: 192, rate: 48_000, channels: 2, container: .mp4)
    func decode(inPieces: Bool) throws -> [Float] {
      let encoding = SoundEncoding(
        mixed: mix, settings: profile.settings, interrupt: Interrupt(), watched: nil,
        inPieces: inPieces)
      let decoder = try SoundDecoder(Encoder(profile.settings).parameters, channels: 2)
      var samples: [Float] = []
      var due: Int64 = -1024
      _ = try encoding.encode { packet in
        #expect(packet.pts == due)
        due += 1024
        try decoder.decode(
          Packet(
            bytes: packet.bytes, pts: packet.pts, dts: packet.pts, duration: 1024, isKey: true),
          into: &samples)
      }
      #expect(due >= count)
      return Array(samples.dropFirst(2048).prefix(count * 2))
    }
    let (one, pieces) = (try decode(inPieces: false), try decode(inPieces: true))
    #expect(one.count == count * 2 && pieces.count == count * 2)
    // Noise of coding in stretches of 1024 around each seam against one encoder's.
    func noise(_ samples: [Float], frame: Int) -> Double {
      let range = frame * 2048..<(frame + 1) * 2048
      return rms(range.map { samples[$0] - wanted[$0] }) / (rms(wanted[range]) + 1e-9)
    }
    for seam in [AACPieces.length, 2 * AACPieces.length] {
      for frame in seam - 3..<seam + AACPieces.reach + 2 {
        let (a, b) = (noise(one, frame: frame), noise(pieces, frame: frame))
        #expect(b < a * 1.5 + 0.001, "frame \(frame): \(b) where one encoder has \(a)")
      }
    }
    #expect(one != pieces)
  }

  @Test("the windows of a frame are read from its first bits")
  func windows() {
    // id 1, tag 0000, common 1, reserved 0, sequence 10, shape 1.
    #expect(AACWindows([0b0010_0001, 0b0101_0000, 0]) == AACWindows([0x21, 0x5F, 9]))
    #expect(AACWindows([0b0010_0001, 0b0101_0000, 0])?.sequence == 2)
    #expect(AACWindows([0b0010_0000, 0b0101_0000, 0]) == nil)
    // id 0, tag 0000, gain 8 bits, reserved 0, sequence 01, shape 1.
    #expect(AACWindows([0b0000_0001, 0b1111_1110, 0b0110_0000])?.sequence == 1)
  }

  @Test("the bound of the true peak holds for what is decoded", arguments: ways.prefix(4))
  func bound(way: (Output.Container, Output.Audio.Codec)) throws {
    let folder = try SoundFolder()
    var wanted = TestNoise.soft(120_000, channels: 2, amplitude: 0.2)
    for start in stride(from: 4_000, to: 110_000, by: 9_000) {
      for index in 0..<4_000 {
        let time = Double(index)
        let stroke = 0.8 * sin(time * 0.09) * sin(.pi * time / 4_000)
        wanted[(start + index) * 2] += Float(stroke)
      }
    }
    _ = try folder.wav("in.wav", wanted, channels: 2)
    let mix = try mixed(
      folder, samples: 120_000, channels: 2, loudness: .init(targetLUFS: -6, truePeakDB: -1),
      [SoundClip(sha256: "in.wav", role: .effect, start: 0, count: 120_000, sourceEnd: 9_000_000)])
    let profile = SoundProfile(
      codec: way.1, kilobits: 96, rate: 48_000, channels: 2, container: way.0)
    let report = try EncodedSound.encode(mix, profile: profile, to: folder.file("sound"))
    #expect(report.isLimited)
    try Self.mux(folder.file("sound"), to: folder.file("film"), format: way.0.muxer)
    var meter = TruePeakMeter(channels: 2)
    meter.add(try readAll(folder.file("film")))
    meter.finish()
    let peak = try #require(meter.decibels)
    #expect(peak <= -1 && peak > -1.5)
    #expect(abs(peak - (try #require(report.truePeakDB))) < 0.05)
    #expect(try EncodedSound(reading: folder.file("sound")).report == report)
  }

  @Test("a file cut short, altered or of another encoder is refused")
  func damage() throws {
    let folder = try SoundFolder()
    let mix = try mixed(folder, samples: 9_000, channels: 2, [])
    let profile = SoundProfile(
      codec: .aac, kilobits: 192, rate: 48_000, channels: 2, container: .mp4)
    let path = folder.file("sound")
    try EncodedSound.encode(mix, profile: profile, to: path)
    #expect(try EncodedSound(reading: path).samples == 9_000)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for (name, changed) in [
      ("cut", bytes.dropLast(5)), ("empty", Data()), ("tiny", bytes.prefix(20)),
      ("flipped", bytes.prefix(60) + [bytes[60] ^ 4] + bytes.dropFirst(61)),
    ] {
      try changed.write(to: URL(fileURLWithPath: folder.file(name)))
      #expect(throws: SoundError.self) { try EncodedSound(reading: folder.file(name)) }
    }
    #expect(throws: HostError.self) { try EncodedSound(reading: folder.file("none")) }
  }

  @Test("a cancelled encode leaves no file")
  func cancelled() throws {
    let folder = try SoundFolder()
    let mix = try mixed(folder, samples: 90_000, channels: 2, [])
    let interrupt = Interrupt()
    interrupt.cancel()
    for codec in [Output.Audio.Codec.aac, .opus] {
      let profile = SoundProfile(
        codec: codec, kilobits: 192, rate: 48_000, channels: 2, container: .mkv)
      #expect(throws: MediaError.self) {
        try EncodedSound.encode(
          mix, profile: profile, to: folder.file("sound"), interrupt: interrupt)
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
  }
}
