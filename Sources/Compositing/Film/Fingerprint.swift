internal import Media

/// What the bytes of a segment depend on beside its plan: this engine and the libraries it is built on.
public enum Fingerprint {
  /// Raised with every change that alters the pixels or sound of any document.
  public static let engine = "reelnode-compositor/2"

  public static var current: String {
    ([engine] + Libraries.versions.map { "\($0.name) \($0.version)" }).joined(separator: "; ")
  }
}
