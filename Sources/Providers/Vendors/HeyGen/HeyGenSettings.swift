public import WebClient

/// How HeyGen is called; all of it comes from the node's settings.
public struct HeyGenSettings: Sendable {
  public enum Version: String, Sendable, CaseIterable {
    /// The current one: knows a key under which a request is done once.
    case v3
    /// The older one: a lost request cannot be found again.
    case v2
  }

  public var key: Secret
  public var version = Version.v3
  /// Without a path.
  public var base = "https://api.heygen.com"
  /// Where version 2 takes files.
  public var uploadBase = "https://upload.heygen.com"
  /// The avatar of requests that name none and bring no picture.
  public var avatar: String?
  /// What people call `avatar`.
  public var avatarSetting = "heygen.avatar"
  /// Asks for a transparent background, which only avatars have that were made for it.
  public var isTransparent = false
  /// `#rrggbb` behind an avatar that is not transparent; nil for the service's choice.
  public var background: String?
  /// `720p`, `1080p`, `4k`; nil for the one next to the size wanted.
  public var resolution: String?
  /// `avatar_iii`, `avatar_iv`, `avatar_v`; nil for the service's choice. Version 3 alone.
  public var engine: String?
  /// US dollars for one second of film.
  public var dollarsPerSecond: Double?
  /// Of requests that begin a job.
  public var postTimeout: Duration = .seconds(120)
  /// Of requests that bring a file.
  public var uploadTimeout: Duration = .seconds(120)
  public var readTimeout: Duration = .seconds(30)
  public var downloadTimeout: Duration = .seconds(600)
  public var polling = Polling(waitsMS: [150_000, 10_000], deadlineMS: 60 * 60_000)

  public init(key: Secret) { self.key = key }
}
