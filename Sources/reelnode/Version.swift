internal import Compositing
internal import Media

/// This program's version and the ones of what it stands on.
enum Version {
  static let text = "0.1.0"

  static var lines: [String] {
    ["reelnode \(text)", "engine \(Fingerprint.engine)", "FFmpeg \(Libraries.release)"]
      + Libraries.versions.map { "  \($0.name) \($0.version)" }
  }
}
