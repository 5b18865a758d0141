public import WebClient

/// How D-ID is called; all of it comes from the node's settings.
public struct DIDSettings: Sendable {
  /// How the key stands behind `Basic`: both are seen in working programs.
  public enum KeyForm: String, Sendable, CaseIterable {
    /// As the studio shows it.
    case asShown = "as_shown"
    case base64
  }

  public var key: Secret
  public var keyForm = KeyForm.asShown
  /// Without a path.
  public var base = "https://api.d-id.com"
  /// Picture of the speaker where a request brings none: an address that ends in `.jpg`, `.jpeg` or `.png`.
  public var portraitURL: String?
  /// Films of a presenter instead of a picture that is made to speak; nil for the latter.
  public var presenter: String?
  /// What people call `portraitURL` and `presenter`.
  public var portraitSetting = "d-id.source-url"
  public var presenterSetting = "d-id.presenter"
  /// One of the presenter's ways to move; nil for the service's choice.
  public var driver: String?
  /// Asks for a transparent background from presenters that can have one.
  public var isTransparent = true
  /// `#rrggbb` behind a presenter that is not transparent.
  public var background: String?
  /// Puts the face back into the whole picture. Some plans lack it.
  public var stitches = true
  public var isFluent = false
  /// Silence at the end in seconds, 0 … 60; it is charged.
  public var pad = 0.0
  /// Pixels of a presenter's film, 150 … 1080.
  public var resolution: Int?
  /// US dollars for one credit, which is 15 seconds begun.
  public var dollarsPerCredit: Double?
  /// Of requests that begin a job.
  public var postTimeout: Duration = .seconds(60)
  /// Of requests that bring a file.
  public var uploadTimeout: Duration = .seconds(60)
  public var readTimeout: Duration = .seconds(30)
  public var downloadTimeout: Duration = .seconds(600)
  /// How long after it was made a lost request may still appear in the list of talks.
  public var settling: Duration = .seconds(120)
  public var polling = Polling(
    waitsMS: [2_000, 2_000, 2_000, 2_000, 2_000, 5_000, 5_000, 5_000, 5_000, 5_000, 10_000],
    deadlineMS: 15 * 60_000)

  public init(key: Secret) { self.key = key }
}
