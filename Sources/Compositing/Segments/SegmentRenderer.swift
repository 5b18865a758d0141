internal import Foundation
internal import Media
internal import SceneDocument

/// Renders and encodes segments of scenes, one after another, on one thread; several films of a document side by
/// side, from one pass of decoding.
///
/// Consecutive segments of a scene go on with the scene's open decoders: a cut between two segments costs no
/// seek. Not `Sendable`.
final class SegmentRenderer {
  private let films: [Film]
  private let interrupt: Interrupt
  let pool = SourcePool()
  private var programmes: [Int: ProgrammeComposer] = [:]

  /// One of the films that are made from a document.
  struct Film: Sendable {
    var timeline: Timeline
    var files: PictureFiles
    var profile: VideoProfile
  }

  /// A segment of one of the films, and where it goes.
  struct Order {
    var film = 0
    var segment: PlannedSegment
    var path: String
  }

  init(_ films: [Film], interrupt: Interrupt) {
    (self.films, self.interrupt) = (films, interrupt)
  }

  /// What rendering one segment gave besides its file.
  struct Outcome: Sendable {
    var damage: [String: DecodeDamage]
    var seconds: Double
    var bytes: Int
  }

  /// Renders segments of the same frames of different films; `progress` is called after each frame of each.
  func render(_ orders: [Order], progress: (Int) -> Void) throws -> [Outcome] {
    let prints = try orders.map { order in
      try Print(
        order, of: films[order.film], by: programme(of: order.film), interrupt: interrupt)
    }
    for offset in 0..<(orders.map(\.segment.range.count).max() ?? 0) {
      for print in prints where offset < print.count {
        try interrupt.check()
        try print.draw(offset)
        progress(1)
      }
    }
    return try prints.map { try $0.finish() }
  }

  private func programme(of film: Int) -> ProgrammeComposer {
    if let programme = programmes[film] { return programme }
    let programme = ProgrammeComposer(
      films[film].timeline, files: films[film].files, pool: pool, interrupt: interrupt)
    programmes[film] = programme
    return programme
  }
}

/// One segment on its way into its file.
private final class Print {
  private let order: SegmentRenderer.Order
  private let programme: ProgrammeComposer
  private let profile: VideoProfile
  private let interrupt: Interrupt
  private let encoder: Encoder
  private let writer: PacketFileWriter
  private let stamps: PacketStamps
  private let before: [String: DecodeDamage]
  private let began = ContinuousClock.now
  private let converter = Scaler()
  private var probes: [FrameProbe] = []

  init(
    _ order: SegmentRenderer.Order, of film: SegmentRenderer.Film, by programme: ProgrammeComposer,
    interrupt: Interrupt
  ) throws {
    (self.order, self.programme, self.interrupt) = (order, programme, interrupt)
    profile = film.profile
    before = try programme.damage(ofScene: order.segment.scene)
    encoder = try Encoder(profile.settings)
    writer = try PacketFileWriter(path: order.path)
    stamps = PacketStamps(reorderDelay: encoder.reorderDelay)
  }

  var count: Int { order.segment.range.count }

  func draw(_ offset: Int) throws {
    let canvas = try programme.canvas(
      ofScene: order.segment.scene, at: order.segment.range.lowerBound + offset)
    if offset < 2 || offset >= count - 2 { probes.append(FrameProbe(canvas)) }
    var frame = canvas.frame
    if profile.settings.pixelFormat != .yuv420p {
      frame = try converter.convert(frame, to: profile.settings.pixelFormat)
    }
    frame.pts = Int64(offset)
    try encoder.encode(frame) { packet in try writer.append(stamps.stamped(packet)) }
  }

  func finish() throws -> SegmentRenderer.Outcome {
    try encoder.encode(nil) { packet in
      try interrupt.check()
      try writer.append(stamps.stamped(packet))
    }
    guard writer.count == count else {
      throw RenderError.verifyFrames(
        expected: count, found: writer.count, place: "segment \(order.segment.key)")
    }
    let damage = try programme.damage(ofScene: order.segment.scene).subtracting(before)
    let seconds = (ContinuousClock.now - began).seconds
    try writer.finish(header: [
      "v": 1, "kind": "video", "codec": .string(profile.settings.encoder),
      "extradata": .string(Data(try encoder.parameters.extradata).base64EncodedString()),
      "frames": .integer(count), "delay": .integer(encoder.reorderDelay),
      "seconds": .number(seconds), "probes": .array(probes.map(\.json)), "damage": damage.json,
    ])
    return SegmentRenderer.Outcome(damage: damage, seconds: seconds, bytes: stamps.bytes)
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
