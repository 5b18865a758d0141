/// One input file, by its path below the asset root.
public struct Asset: Sendable, Hashable {
  public var id: String
  /// Relative, parts separated by `/`, already checked to stay below the asset root.
  public var path: String
  /// 64 lower-case hex digits the file's bytes must have.
  public var sha256: String?
  public var kind = Kind.auto
  public var alpha = Alpha.auto
  /// Clockwise degrees to turn the picture; nil is what the file says.
  public var rotation: Int?
  /// Overrides of wrong or missing colour tags.
  public var color = ColorTags()
  public var damage = Damage()
  public var provenance = Provenance()

  public init(id: String, path: String) { (self.id, self.path) = (id, path) }

  public enum Kind: String, DocumentWord { case auto, video, image, audio, words, captions, font }
  public enum Alpha: String, DocumentWord { case auto, none, straight, premultiplied }

  /// nil: what the stream says, else the rule for untagged files.
  public struct ColorTags: Sendable, Hashable {
    public var matrix: Matrix?
    public var range: Range?
    public var primaries: Primaries?
    public var transfer: Transfer?

    public init() {}

    public enum Matrix: String, DocumentWord { case bt601, bt709, bt2020 }
    public enum Range: String, DocumentWord { case limited, full }
    public enum Primaries: String, DocumentWord { case bt601, bt709, bt2020 }
    public enum Transfer: String, DocumentWord { case bt601, bt709, srgb }
  }

  /// What to do about frames that are missing or concealed.
  public struct Damage: Sendable, Hashable {
    public var policy = Policy.warn
    /// Share of frames, 0…1, above which the render fails whatever the policy.
    public var maximum = 0.01

    public init() {}

    public enum Policy: String, DocumentWord { case fail, warn }
  }

  /// Where the file came from; copied to the result, never part of a key.
  public struct Provenance: Sendable, Hashable {
    public var generator: String?
    public var model: String?
    public var promptSHA256: String?
    public var ai: Bool?
    public var created: String?
    public var licence: String?
    public var source: String?

    public init() {}
  }
}

/// The assets of a document in the order of its text, found by id in constant time.
public struct Assets: Sendable, Hashable, RandomAccessCollection {
  private var list: [Asset]
  private var positions: [String: Int]

  /// Of two assets with one id the first is found.
  public init(_ list: [Asset] = []) {
    self.list = list
    positions = Dictionary(
      list.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public var startIndex: Int { 0 }
  public var endIndex: Int { list.count }
  public subscript(position: Int) -> Asset { list[position] }

  public subscript(id: String) -> Asset? { positions[id].map { list[$0] } }
}
