internal import SceneDocument

/// How loud a programme is and what was done to it.
public struct SoundReport: Sendable, Hashable {
  /// Integrated loudness of what is heard; nil for silence.
  public var lufs: Double?
  /// True peak of what is heard, after decoding where it comes near its bound; nil for silence.
  public var truePeakDB: Double?
  /// The constant gain.
  public var gainDB: Double
  /// The true peak's bound allowed less gain than the target asked for.
  public var isLimited: Bool
  /// What was asked for.
  public var targetLUFS: Double?
  /// Packets that decoders refused and frames they marked as damaged, by asset SHA-256.
  public var decodeErrors: [String: Int]

  init(_ mixed: MixedSound) {
    (lufs, truePeakDB) = (mixed.reached.lufs, mixed.reached.truePeakDB)
    (gainDB, isLimited) = (mixed.gainDB, mixed.isLimited)
    (targetLUFS, decodeErrors) = (mixed.loudness?.targetLUFS, mixed.decodeErrors)
  }

  var json: JSONValue {
    func number(_ value: Double?) -> JSONValue { value.map { .number($0) } ?? .null }
    return [
      "lufs": number(lufs), "true_peak_db": number(truePeakDB), "gain_db": .number(gainDB),
      "limited": .bool(isLimited), "target_lufs": number(targetLUFS),
      "decode_errors": .object(
        decodeErrors.sorted { $0.key < $1.key }.map { .init($0.key, .integer($0.value)) }),
    ]
  }

  init?(json: JSONValue) {
    func number(_ key: String) -> Double? {
      if case .number(let value)? = json[key] { value } else { nil }
    }
    guard let gain = number("gain_db"), case .bool(let limited)? = json["limited"],
      case .object(let errors)? = json["decode_errors"]
    else { return nil }
    (lufs, truePeakDB) = (number("lufs"), number("true_peak_db"))
    (gainDB, isLimited, targetLUFS) = (gain, limited, number("target_lufs"))
    decodeErrors = [:]
    for error in errors {
      if case .number(let count) = error.value { decodeErrors[error.key] = Int(exactly: count) }
    }
  }
}
