/// Why sound could not be made, apart from what libav says.
public enum SoundError: Error, Sendable, Hashable {
  /// No file is known for the asset with this SHA-256.
  case missingAsset(sha256: String)
  /// The encoder on this machine does not make what `file` was made with, or the file is damaged.
  case unusable(file: String, reason: String)
}

extension SoundError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missingAsset(let sha256): "cannot mix the sound: no file for asset \(sha256)"
    case .unusable(let file, let reason): "cannot read the encoded sound '\(file)': \(reason)"
    }
  }
}
