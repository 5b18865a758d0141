internal import Compositing
internal import Crypto
internal import Foundation
internal import Media
internal import SceneDocument

/// What is kept of a film's sound.
struct SoundMeasure: Sendable, Hashable {
  var note: Reference.SoundNote
  var table: SoundTable

  /// Mixes the sound of `request`; nil when the film has none.
  static func make(_ request: RenderRequest) throws -> SoundMeasure? {
    let programme = request.timeline.sound
    guard !programme.clips.isEmpty, programme.samples > 0 else { return nil }
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("reelnode-golden-\(UUID().uuidString)", isDirectory: true)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = request.files.paths
    let mixed = try SoundMixer(
      programme: programme, files: { paths[$0] }, workFolder: folder.path
    ).mix()
    return try SoundMeasure(mixed)
  }

  private init(_ mixed: MixedSound) throws {
    var whole = SHA256()
    var seconds: [String] = []
    var rows: [[UInt16]] = []
    var samples: [Float] = []
    for start in stride(from: 0, to: mixed.samples, by: mixed.rate) {
      // The last second is filled up with silence in the table, not in the digests.
      try mixed.read(mixed.rate, at: start, into: &samples)
      rows.append(
        SoundMeasures.levels(
          of: samples, channels: mixed.channels, count: SoundTable.perSecond))
      let count = Int(min(Int64(mixed.rate), mixed.samples - start)) * mixed.channels
      let bytes = SoundMeasures.bytes(of: Array(samples.prefix(count)))
      whole.update(data: bytes)
      seconds.append(String(FrameDigest.hexadecimal(bytes).prefix(16)))
    }
    table = SoundTable(rows: rows, channels: mixed.channels)
    note = Reference.SoundNote(
      digest: hexadecimal(whole.finalize()), rate: mixed.rate, channels: mixed.channels,
      samples: mixed.samples, gainDB: mixed.gainDB, seconds: seconds,
      table: FrameDigest.hexadecimal(table.image?.bytes ?? []))
  }
}
