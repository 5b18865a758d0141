internal import Foundation
internal import Media

/// One encoded stretch of sound with the sample at which it is heard.
struct SoundPacket: Sendable {
  var pts: Int64
  var bytes: [UInt8]
}

/// Encodes a mix from its first to its last sample.
struct SoundEncoding {
  let mixed: MixedSound
  let settings: AudioEncoderSettings
  let interrupt: Interrupt
  /// Where the input reaches this factor of full scale the result is decoded again to see its true peak; nil
  /// measures nothing.
  let watched: Float?
  /// False encodes AAC by one encoder, on one core.
  var inPieces = true

  /// What encoders without a frame size of their own are given at a time.
  static let plainFrame = 1024

  /// Gives each packet to `body`, in order, and may throw `AACPieces.NoSeam` in the midst of it; the highest true peak found by decoding, as a factor.
  func encode(_ body: (SoundPacket) throws -> Void) throws -> Double {
    if settings.encoder == "aac", inPieces { return try AACPieces(self).encode(body) }
    var run = try Run(self, from: 0)
    while let packets = try run.next() {
      for packet in packets { try body(packet) }
    }
    return run.peak
  }

  /// An encoder under way.
  struct Run {
    private let encoding: SoundEncoding
    private let encoder: Encoder
    private let check: DecodedPeak?
    private let frame: Int
    private var position: Int64
    private var block: [Float] = []
    private var isDone = false

    /// Starts at sample `start` as if there were silence before it; the peak counts from `measured` on.
    init(_ encoding: SoundEncoding, from start: Int64, measured: Int64 = 0) throws {
      self.encoding = encoding
      encoder = try Encoder(encoding.settings)
      frame = encoder.frameSize > 0 ? encoder.frameSize : SoundEncoding.plainFrame
      if let level = encoding.watched {
        check = try DecodedPeak(
          encoder, channels: encoding.mixed.channels, from: measured,
          above: encoding.settings.encoder == "aac" ? level : 0)
      } else {
        check = nil
      }
      position = start
    }

    /// The packets that the next frame, or the end, brings out; nil after the end.
    mutating func next() throws -> [SoundPacket]? {
      if isDone { return nil }
      try encoding.interrupt.check()
      let mixed = encoding.mixed
      let count = Int(min(Int64(frame), mixed.samples - position))
      var packets: [SoundPacket] = []
      var input: Frame?
      if count > 0 {
        try mixed.read(count, at: position, into: &block)
        input = try Frame(
          interleaved: block[...], channels: mixed.channels, rate: mixed.rate, pts: position,
          for: encoder)
        check?.heard(block, at: position)
        position += Int64(count)
      } else {
        isDone = true
      }
      try encoder.encode(input) { packet throws(MediaError) in
        packets.append(SoundPacket(pts: packet.pts ?? 0, bytes: packet.bytes))
      }
      for packet in packets { try check?.add(packet) }
      if input == nil { try check?.finish() }
      return packets
    }

    /// The highest true peak that was found, as a factor of full scale; 0 where none was looked for.
    var peak: Double { check?.peak ?? 0 }
  }
}

/// Decodes packets as they come out of an encoder and measures how high the wave goes.
///
/// Not `Sendable`.
private final class DecodedPeak {
  private let decoder: SoundDecoder
  private var meter: TruePeakMeter
  private let frame: Int64
  /// The first sample that counts.
  private let start: Int64
  /// Frames of AAC in whose neighbourhood the input stays below are not decoded: no coding error lifts them
  /// to the bound. 0 decodes all, which codecs need whose packets build on those before.
  private let level: Float
  /// Highest input of each frame that was heard, by number.
  private var inputs: [Int64: Float] = [:]
  private var waiting: [SoundPacket] = []
  /// Packets decoded since the last one that was left out, whose overlap the next one lacks.
  private var inRow = 0
  private var decoded: [Float] = []

  init(_ encoder: Encoder, channels: Int, from start: Int64, above level: Float) throws {
    decoder = try SoundDecoder(encoder.parameters, channels: channels)
    meter = TruePeakMeter(channels: channels)
    frame = Int64(max(encoder.frameSize, 1))
    (self.start, self.level) = (start, level)
  }

  var peak: Double { meter.peak }

  func heard(_ block: [Float], at position: Int64) {
    if level > 0 { inputs[position / frame] = block.reduce(0) { max($0, abs($1)) } }
  }

  func add(_ packet: SoundPacket) throws(MediaError) {
    waiting.append(packet)
    while let first = waiting.first, level == 0 || inputs[number(of: first) + 3] != nil {
      try decode(waiting.removeFirst())
    }
  }

  func finish() throws(MediaError) {
    for packet in waiting { try decode(packet) }
    waiting = []
    decoded.removeAll(keepingCapacity: true)
    try decoder.decode(nil, into: &decoded)
    meter.add(decoded)
    meter.finish()
  }

  private func number(of packet: SoundPacket) -> Int64 { packet.pts.dividedFloor(by: frame) }

  private func decode(_ packet: SoundPacket) throws(MediaError) {
    let number = number(of: packet)
    defer { inputs[number - 2] = nil }
    // A packet's windows reach over one frame more, and two packets lead up to the first that is measured.
    if level > 0, !(number - 1...number + 3).contains(where: { inputs[$0] ?? 0 >= level }) {
      inRow = 0
      return
    }
    decoded.removeAll(keepingCapacity: true)
    try decoder.decode(
      Packet(
        bytes: packet.bytes, pts: packet.pts, dts: packet.pts, duration: frame, isKey: true),
      into: &decoded)
    if level > 0 && inRow < 2 || packet.pts < start {
      meter.pass(decoded)
    } else {
      meter.add(decoded)
    }
    inRow += 1
  }
}
