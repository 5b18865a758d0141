public import Media

/// How a film stands to its golden.
public struct Verdict: Sendable {
  /// How strictly it was judged.
  public enum Tier: String, Sendable {
    /// The golden was recorded by this very build: every bit counts.
    case exact = "A"
    /// By another one: differences nobody sees are accepted.
    case tolerant = "B"
  }

  public let tier: Tier
  public let golden: Golden
  /// The frames that were looked at.
  public let range: Range<Int>
  /// What is wrong with the film as a whole: its size, rate or length. Then frames were compared only where both
  /// films have them, and not at all if the size differs.
  public internal(set) var shape: [String] = []
  /// Frames whose digest is none of the accepted ones, rising.
  public internal(set) var frames: [FrameFinding] = []
  public internal(set) var sound: SoundFinding?
  /// The bounds that hold for another build.
  public let bounds: ToleranceBounds

  public var failures: [FrameFinding] { frames.filter { !$0.isAccepted } }
  public var isMatch: Bool {
    shape.isEmpty && failures.isEmpty && sound?.isAccepted ?? true
  }

  /// Frames that are not the same and yet inside the bounds.
  public var toleratedFrames: Int { frames.count - failures.count }
}

/// A frame that is not the recorded one, bit by bit.
public struct FrameFinding: Sendable {
  public let index: Int
  /// Another build, and inside its bounds.
  public let isAccepted: Bool
  /// Against the recorded picture; nil for frames of which no picture is kept.
  public let difference: PictureDifference?
  /// The largest distance of the means of a square, in samples, and the square: what is known of every frame.
  public let squareDistance: Double
  public let square: Int
  /// Bits of 64.
  public let hashDistance: Int
  /// The means of its squares now.
  let squares: [UInt16]

  /// The top left pixel of what differs most, and its side.
  public func place(in golden: Golden) -> (plane: Int, x: Int, y: Int, pixels: Int) {
    if let block = difference?.worst { return (block.plane, block.x, block.y, 16) }
    return SquareTable.place(
      of: square, width: golden.reference.width, height: golden.reference.height,
      side: golden.squares.side)
  }
}

/// Sound that is not the recorded one, bit by bit.
public struct SoundFinding: Sendable {
  public let isAccepted: Bool
  /// The film has no sound, or has sound where there was none.
  public let isMissing: Bool
  public let isNew: Bool
  /// The first second that differs; nil where rate, channels or length do.
  public let firstSecond: Int?
  public let differingSeconds: Int
  /// The largest distance of a level, in decibels of full scale.
  public let distanceDB: Double?
  /// By how much the sound comes later, in milliseconds, where that is what happened.
  public let shiftMS: Double?
  /// By how much it is louder, in decibels, where that is what happened.
  public let gainDB: Double?
  /// For people.
  public let text: String
  /// Effective values of what was recorded and of what is there now, 0 … 1, over the whole length; empty where they
  /// cannot be compared.
  var levels: (expected: [Double], actual: [Double]) = ([], [])
}
