internal import Dispatch
internal import Foundation
public import Media
internal import Synchronization

/// Mixes the sound of a whole programme and finds how loud it is.
///
/// The mix streams through temporary files, so that memory is the same at any length; a clip's file is open
/// while the clip sounds. The same programme gives the same bits on any machine and any number of threads.
public struct SoundMixer: Sendable {
  /// Samples that are worked on at a time.
  static let block = 1 << 14

  private let programme: SoundProgramme
  private let files: @Sendable (String) -> String?
  private let workFolder: String
  private let interrupt: Interrupt

  /// `files` gives the absolute path of the asset with a SHA-256; `workFolder` must exist and be on a disk with
  /// room for 8 bytes a sample and channel (two times 23 MB for a stereo minute at 48 kHz).
  public init(
    programme: SoundProgramme, files: @escaping @Sendable (String) -> String?, workFolder: String,
    interrupt: Interrupt = Interrupt()
  ) {
    (self.programme, self.files) = (programme, files)
    (self.workFolder, self.interrupt) = (workFolder, interrupt)
  }

  /// Mixes. `progress` hears shares of 1, from any thread, never less than before.
  ///
  /// Throws `MediaError` for files that cannot be read and for a full disk, `SoundError.missingAsset`.
  public func mix(progress: (@Sendable (Double) -> Void)? = nil) throws -> MixedSound {
    let lanes = SoundLane.lanes(of: programme)
    let mixed = try mixLanes(lanes, progress: progress)
    let speech = Ducking.bridged(mixed.flatMap(\.speech), rate: programme.rate)
    let curves = lanes.map { lane in
      lane.duck.map { Ducking.curve($0, speech: speech, rate: programme.rate) } ?? GainCurve()
    }
    let levels = try join(mixed.map(\.file), curves)
    progress?(1)
    let gain = ConstantGain(levels, programme.loudness)
    let errors = mixed.reduce(into: [:]) { all, lane in
      all.merge(lane.decodeErrors, uniquingKeysWith: max)
    }
    return MixedSound(
      rate: programme.rate, channels: programme.channels, samples: programme.samples,
      levels: levels, loudness: programme.loudness, gainDB: gain.decibels,
      isLimited: gain.isLimited, decodeErrors: errors.filter { $0.value > 0 }, speech: speech,
      file: mixed[0].file)
  }

  /// Mixes each lane on a thread of its own.
  private func mixLanes(
    _ lanes: [SoundLane], progress: (@Sendable (Double) -> Void)?
  ) throws -> [SoundLane.Mixed] {
    let results = Mutex<[Result<SoundLane.Mixed, any Error>?]>(
      Array(repeating: nil, count: lanes.count))
    let done = Mutex<(samples: [Int64], told: Double)>((Array(repeating: 0, count: lanes.count), 0))
    let total = Double(max(programme.samples, 1)) * Double(lanes.count)
    DispatchQueue.concurrentPerform(iterations: lanes.count) { index in
      let result = Result {
        try lanes[index].mix(
          programme, files: files, workFolder: workFolder, interrupt: interrupt
        ) { samples in
          guard let progress else { return }
          done.withLock {
            $0.samples[index] = samples
            let share = Double($0.samples.reduce(0, +)) / total * 0.9
            if share > $0.told {
              $0.told = share
              progress(share)
            }
          }
        }
      }
      results.withLock { $0[index] = result }
    }
    return try results.withLock { try $0.compactMap { try $0?.get() } }
  }

  /// Adds the lanes, each under its curve, into the first one's file, and measures the sum.
  private func join(_ files: [SoundWorkFile], _ curves: [GainCurve]) throws -> MixedSound.Levels {
    let channels = programme.channels
    var loudness = LoudnessMeter(rate: programme.rate, channels: channels)
    var peak = TruePeakMeter(channels: channels)
    for start in stride(from: 0, to: programme.samples, by: Self.block) {
      try interrupt.check()
      let count = Int(min(Int64(Self.block), programme.samples - start)) * channels
      var block = [Float](repeating: 0, count: count)
      try files[0].read(into: &block, at: start * Int64(channels))
      for (file, curve) in zip(files, curves).dropFirst() {
        var lane = [Float](repeating: 0, count: count)
        try file.read(into: &lane, at: start * Int64(channels))
        curve.apply(to: &lane, from: start, channels: channels)
        for index in 0..<count { block[index] += lane[index] }
      }
      loudness.add(block)
      peak.add(block)
      if files.count > 1 { try files[0].write(block.span, at: start * Int64(channels)) }
    }
    peak.finish()
    return MixedSound.Levels(lufs: loudness.integrated, truePeakDB: peak.decibels)
  }
}

/// The one constant gain that brings a mix to its target.
struct ConstantGain {
  var decibels = 0.0
  var isLimited = false

  /// As much as `loudness` asks for, or as its true peak allows; 0 for silence. In steps of 0.001 dB.
  init(_ levels: MixedSound.Levels, _ loudness: SoundProgramme.Loudness?) {
    guard let loudness, let lufs = levels.lufs, let peak = levels.truePeakDB else { return }
    let wanted = loudness.targetLUFS - lufs
    let allowed = loudness.truePeakDB - peak
    isLimited = wanted > allowed
    decibels = (min(wanted, allowed) * 1000).rounded(.down) / 1000
  }
}
