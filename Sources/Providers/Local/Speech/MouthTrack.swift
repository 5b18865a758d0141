/// The movement of a mouth that says what is heard, for any time of it.
///
/// The shape of a sound is reached before the middle of the sound and left after it; moving from one to the next takes
/// at most a frame at 30 fps to either side of their border. A pure function of the time: frames may be asked for in any
/// order.
public struct MouthTrack: Sendable {
  /// One shape being held.
  struct Hold: Sendable, Equatable {
    var viseme: Viseme
    var start: Double
    var end: Double
    var shape = MouthShape.rest

    var length: Double { end - start }
  }

  /// A frame at 30 fps.
  static let frame = 1.0 / 30

  let holds: [Hold]
  /// 0 … 1 for each 10 ms; nil where the phonemes say it all.
  let loudness: [Double]?
  /// Seconds.
  public let duration: Double

  /// Phonemes may have gaps, in which the mouth is closed; what lies outside the duration or has no length is left out.
  public init(phonemes: [Speech.Phoneme], duration: Double) {
    self.duration = duration.isFinite ? max(0, duration) : 0
    holds = Self.holds(phonemes, duration: self.duration)
    loudness = nil
  }

  /// From the words alone: their letters tell the shapes, the sound's loudness how far the mouth opens and when it is
  /// closed. Reads the whole sound. Throws `MediaError` where it cannot be read.
  public init(words: [Speech.Word], soundPath: String, duration: Double) throws {
    self.duration = duration.isFinite ? max(0, duration) : 0
    let envelope = try SoundEnvelope(path: soundPath)
    holds = Self.holds(
      LetterSounds.phonemes(of: words, duration: self.duration, envelope: envelope),
      duration: self.duration)
    loudness = envelope.levels
  }

  /// At rest before the beginning and after the end.
  public func shape(at seconds: Double) -> MouthShape {
    guard seconds >= 0, seconds <= duration, let index = index(at: seconds) else { return .rest }
    let hold = holds[index]
    var shape = hold.shape
    if seconds < hold.start + hold.length / 2 {
      if index > 0 { shape = between(index - 1, index, at: seconds) }
    } else if index + 1 < holds.count {
      shape = between(index, index + 1, at: seconds)
    }
    return loudness.map { dampened(shape, by: $0, at: seconds) } ?? shape
  }

  /// The last hold that has begun.
  private func index(at seconds: Double) -> Int? {
    var (low, high) = (0, holds.count)
    while low < high {
      let middle = (low + high) / 2
      if holds[middle].start <= seconds { low = middle + 1 } else { high = middle }
    }
    return low == 0 ? nil : low - 1
  }

  /// Eases over the border of two neighbours; half the way is done at the border.
  private func between(_ first: Int, _ second: Int, at seconds: Double) -> MouthShape {
    let (from, to) = (holds[first], holds[second])
    let reach = min(Self.frame, from.length / 2, to.length / 2)
    guard reach > 0 else { return from.shape }
    let share = min(1, max(0, (seconds - to.start + reach) / (2 * reach)))
    return from.shape.mixed(with: to.shape, share * share * (3 - 2 * share))
  }

  private func dampened(_ shape: MouthShape, by levels: [Double], at seconds: Double) -> MouthShape
  {
    let place = seconds / SoundEnvelope.step - 0.5
    let low = Int(place.rounded(.down))
    func level(_ index: Int) -> Double { levels.indices.contains(index) ? levels[index] : 0 }
    let loud = level(low) + (level(low + 1) - level(low)) * (place - Double(low))
    var quiet = MouthShape.rest.mixed(with: shape, loud)
    // A closed mouth is as closed when it is quiet: p and b are.
    quiet.pressed = shape.pressed
    return quiet
  }
}
