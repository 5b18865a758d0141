import Media

/// How loud a sound is, in steps of 10 ms.
struct SoundEnvelope: Sendable {
  /// Seconds.
  static let step = 0.01
  private static let rate = 16_000
  /// The square root of an amplitude, the loudest moments being 1, below which is silence: -34 dB.
  private static let silence = 0.14

  /// 0 for silence … 1 for the sound's loudest moments.
  let levels: [Double]

  /// Reads the whole sound; memory grows by 8 bytes for each 10 ms of it. Throws `MediaError`.
  init(path: String) throws(MediaError) {
    let reader = try SoundReader(path: path, rate: Self.rate, channels: 1, interrupt: Interrupt())
    let count = Int(Double(Self.rate) * Self.step)
    var energies: [Double] = []
    var samples: [Float] = []
    while true {
      samples.removeAll(keepingCapacity: true)
      try reader.read(count, into: &samples)
      guard !samples.isEmpty else { break }
      energies.append(samples.reduce(0) { $0 + Double($1) * Double($1) } / Double(samples.count))
    }
    levels = Self.levels(energies)
  }

  /// Relative to the energy that one step in twenty exceeds, so that one click does not close every mouth. Square roots
  /// alone, which are the same on every machine.
  static func levels(_ energies: [Double]) -> [Double] {
    let sorted = energies.filter { $0.isFinite }.sorted()
    guard !sorted.isEmpty else { return [] }
    // Below 0.001 of full scale there is no speech, however quiet the rest is.
    let loud = max(sorted[Int(Double(sorted.count - 1) * 0.95)], 1e-6)
    return energies.map { energy in
      guard energy.isFinite else { return 0 }
      let heard = (energy / loud).squareRoot().squareRoot()
      return min(1, max(0, (heard - silence) / (1 - silence)))
    }
  }
}
