internal import Media

/// How a speaker moves beside the mouth: blinks, sways, nods on words that weigh more, breathes.
///
/// Made of smooth functions of the time, so that frames may be asked for in any order. What looks accidental follows from
/// the sound's checksum: the same speech always looks the same.
struct AvatarMotion: Sendable {
  /// A movement there and back.
  private struct Beat: Sendable {
    var start: Double
    var length: Double
    var size: Double

    /// 0 at both ends, `size` at a third of the way.
    func value(at time: Double) -> Double {
      let share = (time - start) / length
      guard share > 0, share < 1 else { return 0 }
      return size
        * (share < 0.33
          ? AvatarMotion.eased(share / 0.33) : 1 - AvatarMotion.eased((share - 0.33) / 0.67))
    }
  }

  private let track: MouthTrack
  private var blinks: [Beat] = []
  private var nods: [Beat] = []
  private var brows: [Beat] = []
  /// Glances aside: sizes are -1 … 1.
  private var glances: [Beat] = []
  private let phases: [Double]

  /// `seed` is the sound's SHA-256.
  init(track: MouthTrack, words: [Speech.Word], seed: String) {
    self.track = track
    var random = Chance(seed)
    phases = (0..<8).map { _ in random.unit() }
    addBlinks(&random)
    addEmphasis(words, &random)
    addGlances(&random)
  }

  /// Every two to five and a half seconds, now and then twice.
  private mutating func addBlinks(_ random: inout Chance) {
    var time = random.between(0.7, 2.2)
    while time < track.duration {
      blinks.append(Beat(start: time, length: random.between(0.2, 0.27), size: 1))
      let isTwice = random.unit() < 0.14
      time += isTwice ? 0.34 : random.between(2, 5.5)
    }
  }

  private mutating func addEmphasis(_ words: [Speech.Word], _ random: inout Chance) {
    var (lastNod, lastBrow, lastEnd) = (-1.0, -3.0, -1.0)
    for word in words {
      let length = word.end - word.start
      guard word.start.isFinite, length.isFinite, length > 0 else { continue }
      let begins = word.start - lastEnd > 0.25
      let weighs = length > 0.42 || begins
      lastEnd = word.end
      let wants = random.unit()
      if weighs, word.start - lastNod > 0.75, wants < 0.8 {
        nods.append(
          Beat(
            start: word.start - 0.06, length: min(max(1.5 * length, 0.45), 0.9),
            size: 0.45 + 0.45 * wants))
        lastNod = word.start
      }
      if begins || wants > 0.9, word.start - lastBrow > 2.2 {
        brows.append(
          Beat(
            start: word.start - 0.08, length: min(max(2.4 * length, 0.7), 1.5),
            size: 0.5 + 0.5 * wants))
        lastBrow = word.start
      }
    }
  }

  private mutating func addGlances(_ random: inout Chance) {
    var time = random.between(2.5, 5)
    while time < track.duration {
      let side = random.unit() < 0.5 ? -1.0 : 1
      glances.append(
        Beat(start: time, length: random.between(0.9, 1.6), size: side * random.between(0.3, 0.7)))
      time += random.between(4, 8)
    }
  }

  func openness(at time: Double) -> Double { track.shape(at: time).openness }

  func pose(at time: Double) -> AvatarPose {
    var pose = AvatarPose()
    pose.mouth = track.shape(at: time)
    let nod = Self.sum(nods, at: time)
    let glance = Self.sum(glances, at: time)
    pose.yaw =
      0.42 * wave(time, 5.3, 0) + 0.2 * wave(time, 2.9, 1) + 0.14 * wave(time, 1.7, 2)
      + 0.12 * glance
    pose.pitch = 0.16 * wave(time, 4.1, 3) + 0.75 * nod - 0.12 * Self.sum(brows, at: time)
    pose.roll = 1.3 * wave(time, 6.7, 4) + 0.5 * wave(time, 3.1, 5)
    pose.x = 3.2 * wave(time, 7.9, 6) + 2.4 * pose.yaw
    pose.y = 3.6 * nod
    pose.breath = 0.5 + 0.5 * wave(time, 3.7, 7)
    pose.lids = lids(at: time)
    pose.brows = min(1, Self.sum(brows, at: time)) + 0.06 * wave(time, 2.3, 1)
    (pose.gazeX, pose.gazeY) = (glance, 0.25 * abs(glance) - 0.2 * nod)
    // Less of a smile while the mouth is busy.
    pose.smile = 0.78 - 0.4 * min(1, pose.mouth.openness + pose.mouth.pressed)
    return pose
  }

  /// Closed quickly, opened slower; a little lower when looking down.
  private func lids(at time: Double) -> Double {
    1 - min(1, Self.sum(blinks, at: time) * 1.12)
  }

  private func wave(_ time: Double, _ period: Double, _ phase: Int) -> Double {
    ExactAngle.wave(time, period: period, phase: phases[phase])
  }

  private static func sum(_ beats: [Beat], at time: Double) -> Double {
    // They are in order, and the longest lasts 1.6 seconds.
    var (low, high) = (0, beats.count)
    while low < high {
      let middle = (low + high) / 2
      if beats[middle].start < time - 2 { low = middle + 1 } else { high = middle }
    }
    var sum = 0.0
    while low < beats.count, beats[low].start < time {
      sum += beats[low].value(at: time)
      low += 1
    }
    return sum
  }

  static func eased(_ share: Double) -> Double { share * share * (3 - 2 * share) }
}

/// Numbers that look accidental and follow from a text.
private struct Chance {
  private var state: UInt64

  init(_ seed: String) {
    // FNV-1a.
    state = seed.utf8.prefix(4000).reduce(0xCBF2_9CE4_8422_2325) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01B3
    }
  }

  /// 0 up to, not including, 1: SplitMix64.
  mutating func unit() -> Double {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return Double((mixed ^ mixed >> 31) >> 11) * 0x1p-53
  }

  mutating func between(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }
}
