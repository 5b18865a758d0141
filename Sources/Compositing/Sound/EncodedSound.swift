internal import Foundation
public import Media
internal import SceneDocument

/// A programme's encoded sound, read back packet by packet for the muxer.
///
/// It lives in a `PacketFile`: checked as a whole when it is opened, then streamed. Not `Sendable`.
public final class EncodedSound {
  public let profile: SoundProfile
  public let report: SoundReport
  /// Samples per channel that are heard, exactly.
  public let samples: Int64
  private let stream: PacketStream
  private let path: String
  private let priming: Int
  private let frame: Int64
  private let extradata: String

  /// Opens the file at `path`.
  ///
  /// Throws `HostError` when it cannot be read, `SoundError.unusable` when it was cut short or altered.
  public init(reading path: String) throws {
    stream = try PacketStream(path: path)
    self.path = path
    let header = stream.header
    guard let json = header["profile"], let profile = SoundProfile(json: json),
      let json = header["report"], let report = SoundReport(json: json),
      case .number(let samples)? = header["samples"], case .number(let frame)? = header["frame"],
      case .number(let priming)? = header["priming"],
      case .string(let extradata)? = header["extradata"]
    else { throw SoundError.unusable(file: path, reason: "its header is not of a sound") }
    (self.profile, self.report, self.extradata) = (profile, report, extradata)
    (self.samples, self.frame, self.priming) = (Int64(samples), Int64(frame), Int(priming))
  }

  /// How the stream is encoded, from an encoder opened anew; `SoundError.unusable` when that one would make
  /// other sound than the file holds.
  public var parameters: CodecParameters {
    get throws {
      let encoder = try Encoder(profile.settings)
      let parameters = try encoder.parameters
      guard Data(parameters.extradata).base64EncodedString() == extradata,
        encoder.primingSamples == priming
      else {
        throw SoundError.unusable(
          file: path, reason: "it was made by another build of the encoder; render again")
      }
      if hidesPriming { parameters.primingSamples = 0 }
      return parameters
    }
  }

  /// The next packet with times in samples; nil after the last.
  public func nextPacket() throws -> Packet? {
    guard let entry = try stream.next() else { return nil }
    let isHidden = hidesPriming && entry.pts < 0
    let packet = try Packet(
      bytes: entry.bytes, pts: isHidden ? 0 : entry.pts, dts: isHidden ? 0 : entry.dts,
      duration: isHidden ? 0 : entry.duration, isKey: true)
    if profile.marksPadding, profile.isLossy {
      let discarded = isHidden ? frame : entry.pts + frame - samples
      if discarded > 0 { try packet.discardLast(Int(discarded)) }
    }
    return packet
  }

  /// When a packet is heard, in seconds from the start of the film.
  public func seconds(of packet: Packet) -> Double {
    Double(packet.pts ?? 0) / Double(profile.rate)
  }

  /// Matroska notes no priming of AAC: there the priming packet takes no time and all of its sound is padding.
  private var hidesPriming: Bool { profile.marksPadding && profile.codec == .aac }
}

extension EncodedSound {
  /// How far the true peak of lossy sound is kept under its bound beforehand. Decoded peaks lay up to
  /// 0.12 dB over those encoded at 192 kbit/s; what lies higher is encoded again, lower.
  private static let margin = 0.1
  /// Peaks this near to the bound are looked at after decoding; between samples the wave may be 3 dB higher.
  private static let doubt = 4.0

  /// Encodes `mixed` into a file at `path`, which appears when it is complete.
  ///
  /// The gain is the mixer's, or less where the encoded sound, decoded again, would pass the bound of the true
  /// peak. Throws `MediaError` for an encoder that refuses its settings or is cancelled, `HostError` for the disk.
  @discardableResult
  public static func encode(
    _ mixed: MixedSound, profile: SoundProfile, to path: String, interrupt: Interrupt = Interrupt()
  ) throws -> SoundReport {
    var mixed = mixed
    var bound = Double.infinity
    if profile.isLossy, let limit = mixed.loudness?.truePeakDB,
      let peak = mixed.reached.truePeakDB, peak > limit - doubt
    {
      bound = limit
      mixed = mixed.lowered(by: max(0, peak - limit + margin))
    }
    var rounds = 4
    while true {
      rounds -= 1
      var excess = 0.0
      let report = try write(
        mixed, profile, watched: bound.isFinite ? bound - doubt : nil, to: path, interrupt
      ) { peak in
        excess = (peak ?? -.infinity) - bound
        return excess <= 0 || rounds == 0
      }
      if let report { return report }
      // In steps of 0.001 dB, like the mixer's.
      mixed = mixed.lowered(by: (excess * 1000 + 20).rounded(.up) / 1000)
    }
  }

  /// Encodes; nil, and no file, when `accepts` refuses the decoded true peak in dBTP.
  private static func write(
    _ mixed: MixedSound, _ profile: SoundProfile, watched: Double?, to path: String,
    _ interrupt: Interrupt, accepts: (Double?) -> Bool
  ) throws -> SoundReport? {
    var encoding = SoundEncoding(
      mixed: mixed, settings: profile.settings, interrupt: interrupt,
      watched: watched.map { Float(Decibels.factor($0)) })
    do {
      return try write(encoding, profile, to: path, accepts)
    } catch is AACPieces.NoSeam {
      encoding.inPieces = false
      return try write(encoding, profile, to: path, accepts)
    }
  }

  private static func write(
    _ encoding: SoundEncoding, _ profile: SoundProfile, to path: String,
    _ accepts: (Double?) -> Bool
  ) throws -> SoundReport? {
    let samples = encoding.mixed.samples
    let encoder = try Encoder(encoding.settings)
    let frame = Int64(encoder.frameSize > 0 ? encoder.frameSize : SoundEncoding.plainFrame)
    let writer = try PacketFileWriter(path: path)
    let peak = try encoding.encode { packet in
      // What lies wholly behind the end is not heard.
      guard packet.pts < samples else { return }
      try writer.append(
        Packet(
          bytes: packet.bytes, pts: packet.pts, dts: packet.pts,
          duration: min(frame, samples - packet.pts), isKey: true))
    }
    let decibels = peak > 0 ? 20 * log10(peak) : nil
    guard accepts(decibels) else { return nil }
    var report = SoundReport(encoding.mixed)
    if let decibels { report.truePeakDB = decibels }
    try writer.finish(header: [
      "kind": "sound", "profile": profile.json, "report": report.json,
      "samples": .number(Double(samples)), "frame": .number(Double(frame)),
      "priming": .integer(encoder.primingSamples),
      "extradata": .string(Data(try encoder.parameters.extradata).base64EncodedString()),
    ])
    return report
  }
}
