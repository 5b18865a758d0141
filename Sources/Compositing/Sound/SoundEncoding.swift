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
  /// Whether the result is decoded again to see its true peak.
  let measuresPeak: Bool
  /// False encodes AAC by one encoder, on one core.
  var inPieces = true

  /// What encoders without a frame size of their own are given at a time.
  static let plainFrame = 1024

  /// Gives each packet to `body`, in order, and may throw `AACPieces.NoSeam` in the midst of it; the true peak after decoding as a factor, where it is measured.
  func encode(_ body: (SoundPacket) throws -> Void) throws -> Double? {
    if settings.encoder == "aac", inPieces { return try AACPieces(self).encode(body) }
    var run = try Run(self, from: 0, measures: measuresPeak)
    while let packets = try run.next() {
      for packet in packets { try body(packet) }
    }
    return try run.peak()
  }

  /// An encoder under way.
  struct Run {
    private let encoding: SoundEncoding
    private let encoder: Encoder
    private let decoder: SoundDecoder?
    private let frame: Int
    private var meter: TruePeakMeter
    private var position: Int64
    private var block: [Float] = []
    private var decoded: [Float] = []
    private var isDone = false

    /// Starts at sample `start` as if there were silence before it.
    init(_ encoding: SoundEncoding, from start: Int64, measures: Bool) throws {
      self.encoding = encoding
      encoder = try Encoder(encoding.settings)
      let channels = encoding.mixed.channels
      decoder = measures ? try SoundDecoder(encoder.parameters, channels: channels) : nil
      frame = encoder.frameSize > 0 ? encoder.frameSize : SoundEncoding.plainFrame
      meter = TruePeakMeter(channels: channels)
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
        position += Int64(count)
      } else {
        isDone = true
      }
      decoded.removeAll(keepingCapacity: true)
      try encoder.encode(input) { packet throws(MediaError) in
        packets.append(SoundPacket(pts: packet.pts ?? 0, bytes: packet.bytes))
        try decoder?.decode(packet, into: &decoded)
      }
      if input == nil { try decoder?.decode(nil, into: &decoded) }
      if decoder != nil { meter.add(decoded) }
      return packets
    }

    /// Measures from here on.
    mutating func forgetPeak() { meter.forget() }

    /// The true peak of what was decoded since the start or `forgetPeak`.
    func peak() throws -> Double? {
      guard decoder != nil else { return nil }
      var meter = meter
      if isDone { meter.finish() }
      return meter.peak
    }
  }
}
