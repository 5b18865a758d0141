internal import Foundation
internal import Media
internal import SceneDocument

/// Renders and encodes segments of scenes, one after another, on one thread.
///
/// Consecutive segments of a scene go on with the scene's open decoders: a cut between two segments costs no
/// seek. Not `Sendable`.
final class SegmentRenderer {
  private let files: PictureFiles
  private let profile: VideoProfile
  private let interrupt: Interrupt
  private var programme: ProgrammeComposer?

  init(files: PictureFiles, profile: VideoProfile, interrupt: Interrupt) {
    (self.files, self.profile, self.interrupt) = (files, profile, interrupt)
  }

  /// What rendering one segment gave besides its file.
  struct Outcome: Sendable {
    var damage: [String: DecodeDamage]
    var seconds: Double
    var bytes: Int
  }

  /// Renders `segment` of `timeline` into `path`; `progress` is called after each frame.
  func render(
    _ segment: PlannedSegment, of timeline: Timeline, to path: String, progress: (Int) -> Void
  ) throws -> Outcome {
    let began = ContinuousClock.now
    let programme =
      programme ?? ProgrammeComposer(timeline, files: files, interrupt: interrupt)
    self.programme = programme
    let before = try programme.damage(ofScene: segment.scene)
    let encoder = try Encoder(profile.settings)
    let writer = try PacketFileWriter(path: path)
    let stamps = PacketStamps(reorderDelay: encoder.reorderDelay)
    var probes: [FrameProbe] = []
    let converter = Scaler()

    for (offset, index) in segment.range.enumerated() {
      try interrupt.check()
      let canvas = try programme.canvas(ofScene: segment.scene, at: index)
      if offset < 2 || offset >= segment.range.count - 2 { probes.append(FrameProbe(canvas)) }
      var frame = canvas.frame
      if profile.settings.pixelFormat != .yuv420p {
        frame = try converter.convert(frame, to: profile.settings.pixelFormat)
      }
      frame.pts = Int64(offset)
      try encoder.encode(frame) { packet in try writer.append(stamps.stamped(packet)) }
      progress(1)
    }
    try encoder.encode(nil) { packet in
      try interrupt.check()
      try writer.append(stamps.stamped(packet))
    }
    guard writer.count == segment.range.count else {
      throw RenderError.verifyFrames(
        expected: segment.range.count, found: writer.count, place: "segment \(segment.key)")
    }
    let damage = try programme.damage(ofScene: segment.scene).subtracting(before)
    let seconds = (ContinuousClock.now - began).seconds
    try writer.finish(header: [
      "v": 1, "kind": "video", "codec": .string(profile.settings.encoder),
      "extradata": .string(Data(try encoder.parameters.extradata).base64EncodedString()),
      "frames": .integer(segment.range.count), "delay": .integer(encoder.reorderDelay),
      "seconds": .number(seconds), "probes": .array(probes.map(\.json)), "damage": damage.json,
    ])
    return Outcome(damage: damage, seconds: seconds, bytes: stamps.bytes)
  }
}

/// Gives an encoder's packets decoding times that run on from segment to segment.
///
/// An encoder counts them from the frames it was given, and has too few of those at the ends of a short segment.
/// The packet's place in decoding order is all that is needed.
final class PacketStamps {
  private let reorderDelay: Int
  private var count = 0
  private(set) var bytes = 0

  init(reorderDelay: Int) { self.reorderDelay = reorderDelay }

  func stamped(_ packet: Packet) -> Packet {
    packet.dts = Int64(count - reorderDelay)
    packet.duration = 1
    count += 1
    bytes += packet.size
    return packet
  }
}

/// A thumbnail of a frame's luma, by which the film's joins are looked at after encoding.
struct FrameProbe: Sendable, Equatable {
  static let columns = 32
  static let rows = 18
  var luma: [UInt8]

  /// Means over blocks of the picture.
  init(_ canvas: Canvas) {
    var sums = [Int](repeating: 0, count: Self.columns * Self.rows)
    var counts = sums
    for y in stride(from: 0, to: canvas.height, by: max(1, canvas.height / (Self.rows * 8))) {
      let row = y * Self.rows / canvas.height
      canvas.withRow(y, ofPlane: 0) { line in
        for x in stride(from: 0, to: line.count, by: max(1, line.count / (Self.columns * 8))) {
          let place = row * Self.columns + x * Self.columns / line.count
          sums[place] += Int(line[x])
          counts[place] += 1
        }
      }
    }
    luma = zip(sums, counts).map { UInt8($0 / max($1, 1)) }
  }

  init?(_ json: JSONValue) {
    guard case .string(let text) = json, let data = Data(base64Encoded: text) else { return nil }
    luma = Array(data)
  }

  var json: JSONValue { .string(Data(luma).base64EncodedString()) }

  var mean: Double { Double(luma.reduce(0) { $0 + Int($1) }) / Double(max(luma.count, 1)) }

  /// Mean absolute difference in luma steps.
  func distance(to other: FrameProbe) -> Double {
    guard luma.count == other.luma.count, !luma.isEmpty else { return 255 }
    let sum = zip(luma, other.luma).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
    return Double(sum) / Double(luma.count)
  }
}

extension Dictionary where Key == String, Value == DecodeDamage {
  func subtracting(_ before: Self) -> Self {
    var rest = self
    for (key, damage) in before {
      rest[key, default: DecodeDamage()].errors -= damage.errors
      rest[key, default: DecodeDamage()].frames -= damage.frames
    }
    return rest
  }

  var json: JSONValue {
    .object(
      sorted { $0.key < $1.key }.map {
        .init($0.key, [.integer($0.value.errors), .integer($0.value.frames)])
      })
  }

  init(_ json: JSONValue?) {
    self = [:]
    guard case .object(let members)? = json else { return }
    for member in members {
      guard case .array(let pair) = member.value, pair.count == 2,
        case .number(let errors) = pair[0],
        case .number(let frames) = pair[1]
      else { continue }
      self[member.key] = DecodeDamage(errors: Int(errors), frames: Int(frames))
    }
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
