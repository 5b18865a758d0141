/// From phonemes to shapes held, with the influence of neighbours.
extension MouthTrack {
  static func holds(_ phonemes: [Speech.Phoneme], duration: Double) -> [Hold] {
    var holds = shapes(of: phonemes, duration: duration)
    bridgeShortSilence(&holds)
    holdLips(&holds)
    for index in holds.indices { holds[index].shape = shape(at: index, of: holds) }
    return holds
  }

  /// One hold for each shape from 0 to the duration, without gaps; neighbours of one shape are one.
  private static func shapes(of phonemes: [Speech.Phoneme], duration: Double) -> [Hold] {
    var holds: [Hold] = []
    func add(_ viseme: Viseme, until end: Double) {
      let start = holds.last?.end ?? 0
      guard end > start else { return }
      if holds.last?.viseme == viseme, !viseme.isVowel {
        holds[holds.count - 1].end = end
      } else {
        holds.append(Hold(viseme: viseme, start: start, end: end))
      }
    }
    let usable = phonemes.filter { $0.start.isFinite && $0.end.isFinite && $0.end > $0.start }
    for phoneme in usable.sorted(by: { $0.start < $1.start }) {
      add(.closed, until: min(phoneme.start, duration))
      let start = holds.last?.end ?? 0
      let end = min(phoneme.end, duration)
      let visemes = Viseme.of(ipa: phoneme.symbol)
      for (index, viseme) in visemes.enumerated() {
        add(viseme, until: start + (end - start) * Double(index + 1) / Double(visemes.count))
      }
    }
    add(.closed, until: duration)
    return holds
  }

  /// The breath between a stop and its vowel is not a mouth that closes.
  private static func bridgeShortSilence(_ holds: inout [Hold]) {
    var index = 1
    while index + 1 < holds.count {
      if holds[index].viseme == .closed, holds[index].length < 0.04 {
        let middle = (holds[index].start + holds[index].end) / 2
        holds[index - 1].end = middle
        holds[index + 1].start = middle
        holds.remove(at: index)
      } else {
        index += 1
      }
    }
  }

  /// Lips that close for less than a frame and a half might fall between two frames: they get a little of the time
  /// of their neighbours.
  private static func holdLips(_ holds: inout [Hold]) {
    for index in holds.indices.dropFirst().dropLast() {
      guard [.pressed, .teethOnLip].contains(holds[index].viseme) else { continue }
      let wanted = max(0, frame * 1.5 - holds[index].length) / 2
      func spare(_ neighbour: Int) -> Double { max(0, min(wanted, holds[neighbour].length / 4)) }
      let (before, after) = (spare(index - 1), spare(index + 1))
      holds[index - 1].end -= before
      holds[index].start -= before
      holds[index].end += after
      holds[index + 1].start += after
    }
  }

  private static func shape(at index: Int, of holds: [Hold]) -> MouthShape {
    let hold = holds[index]
    var shape = hold.viseme.shape
    if hold.viseme.isVowel {
      // Short vowels do not get as far.
      shape.openness *= min(1, 0.6 + hold.length / 0.2)
      return shape
    }
    let yielding = hold.viseme.yielding
    let vowels = [vowel(from: index, step: -1, of: holds), vowel(from: index, step: 1, of: holds)]
      .compactMap { $0?.shape }
    guard !vowels.isEmpty else { return shape }
    let count = Double(vowels.count)
    let openness = vowels.reduce(0) { $0 + $1.openness } / count
    let width = vowels.reduce(0) { $0 + $1.width } / count
    shape.openness += (openness - shape.openness) * yielding.openness
    shape.width += (width - shape.width) * yielding.width
    return shape
  }

  /// The nearest vowel within two sounds, not across silence.
  private static func vowel(from index: Int, step: Int, of holds: [Hold]) -> Viseme? {
    for distance in 1...2 {
      let place = index + step * distance
      guard holds.indices.contains(place), holds[place].viseme != .closed else { return nil }
      if holds[place].viseme.isVowel { return holds[place].viseme }
    }
    return nil
  }
}
