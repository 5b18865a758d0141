internal import Dispatch
internal import Foundation
internal import Media
internal import Synchronization

/// Encodes AAC in pieces of ten seconds on all cores, to the same bytes for any number of them.
///
/// Each piece has an encoder of its own, which begins 0.7 s early so that its rate control and its hearing
/// model have settled, and goes on past the piece's end. Frames of AAC-LC depend on each other only by
/// the overlap of their windows. So two pieces are joined after a frame that both encoders gave the same
/// windows: the second half of the one's frame and the first half of the other's then add up as within
/// one encoder.
struct AACPieces {
  /// Frames of 1024 samples in a piece, before it in which the encoder settles, and after it in which a place
  /// to join is looked for.
  static let length = 480
  static let settling = 32
  static let reach = 16
  private static let frame: Int64 = 1024
  /// Pieces in memory at a time.
  private static let batch = 16

  private let encoding: SoundEncoding
  private let count: Int
  private let total: Int

  init(_ encoding: SoundEncoding) {
    self.encoding = encoding
    // One frame of priming comes before the first sample.
    let samples = encoding.mixed.samples
    total = samples > 0 ? Int((samples + Self.frame - 1) / Self.frame) + 1 : 0
    count = max(1, (total + Self.length - 1) / Self.length)
  }

  private struct Piece: Sendable {
    /// Number of the first packet, counted from the programme's priming.
    var first: Int
    var packets: [SoundPacket]
    var peak: Double
    subscript(number: Int) -> SoundPacket? {
      packets.indices.contains(number - first) ? packets[number - first] : nil
    }
  }

  /// Throws `NoSeam`, perhaps after some packets, where two pieces cannot be joined.
  func encode(_ body: (SoundPacket) throws -> Void) throws -> Double {
    var peak = 0.0
    var before: Piece?
    // The number of the next packet to be given out.
    var next = 0
    func give(_ piece: Piece, upTo end: Int) throws {
      while next < end, let packet = piece[next] {
        try body(packet)
        next += 1
      }
    }
    for start in stride(from: 0, to: count, by: Self.batch) {
      for piece in try pieces(start..<min(start + Self.batch, count)) {
        peak = max(peak, piece.peak)
        if let before {
          let own = piece.first + Self.settling
          guard let seam = Self.seam(before, piece, at: own) else { throw NoSeam() }
          try give(before, upTo: seam + 1)
        }
        before = piece
      }
    }
    if let before { try give(before, upTo: total) }
    guard next == total else { throw NoSeam() }
    return peak
  }

  /// Two pieces have no frame in common after which they can be joined.
  struct NoSeam: Error {}

  /// The packet after which the first piece gives way to the second, whose first own one is `start`.
  private static func seam(_ first: Piece, _ second: Piece, at start: Int) -> Int? {
    (start - 1..<start - 1 + reach).first { number in
      guard let a = first[number], let b = second[number], let windows = AACWindows(a.bytes) else {
        return false
      }
      return windows == AACWindows(b.bytes)
    }
  }

  private func pieces(_ range: Range<Int>) throws -> [Piece] {
    let results = Mutex<[Result<Piece, any Error>?]>(Array(repeating: nil, count: range.count))
    let (lower, encoding, total) = (range.lowerBound, encoding, total)
    DispatchQueue.concurrentPerform(iterations: range.count) { index in
      let result = Result { try Self.piece(lower + index, encoding, total) }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { try $0.compactMap { try $0?.get() } }
  }

  private static func piece(_ index: Int, _ encoding: SoundEncoding, _ total: Int) throws -> Piece {
    let own = index * length
    let first = max(0, own - settling)
    let end = min(total, own + length + reach)
    // The sound before the first own packet is another piece's.
    var run = try SoundEncoding.Run(
      encoding, from: Int64(first) * frame, measured: Int64(own - 1) * frame)
    var piece = Piece(first: first, packets: [], peak: 0)
    while first + piece.packets.count < end || end == total {
      guard let packets = try run.next() else { break }
      piece.packets += packets
    }
    piece.peak = run.peak
    return piece
  }
}

/// The shape of the windows of a frame of AAC-LC with one or two channels, as its first bits say.
struct AACWindows: Equatable {
  /// Long, start, short, stop: 0 to 3.
  var sequence: Int
  /// 0 sine, 1 Kaiser-Bessel.
  var shape: Int

  /// nil where two channels have windows of their own, or the frame begins with something else.
  init?(_ bytes: [UInt8]) {
    guard bytes.count >= 3 else { return nil }
    func bits(_ place: Int, _ count: Int) -> Int {
      (place..<place + count).reduce(0) { $0 << 1 | Int(bytes[$1 / 8] >> (7 - $1 % 8)) & 1 }
    }
    switch bits(0, 3) {
    case 0:
      // One channel: instance tag, global gain, a reserved bit.
      (sequence, shape) = (bits(16, 2), bits(18, 1))
    case 1:
      // Two: instance tag, whether the windows are common, a reserved bit.
      guard bits(7, 1) == 1 else { return nil }
      (sequence, shape) = (bits(9, 2), bits(11, 1))
    default:
      return nil
    }
  }
}
