/// Makes scenes of a brief.
public protocol ScriptWriter: Sendable {
  /// `rule`, `gemini`.
  var provider: String { get }

  func estimate(_ request: ScriptRequest) -> Cost

  /// Throws `ProviderError`.
  func write(_ request: ScriptRequest, _ call: ProviderCall) async throws -> Made<Script>

  /// What became of an earlier call with this request.
  func recover(_ request: ScriptRequest, _ call: ProviderCall) async throws -> Recovery<
    Made<Script>
  >
}

public struct ScriptRequest: Sendable, Codable, Hashable {
  /// The brief's file: a verified PDF, or a text.
  public var path: String
  /// `application/pdf`, `text/markdown`, `text/plain`.
  public var mediaType: String
  /// SHA-256 of the file.
  public var sha256: String
  public var document: ParsedDocument
  /// Scenes at most.
  public var maximumScenes: Int
  /// How long the film should be; nil to let the brief decide.
  public var targetSeconds: Double?
  /// BCP 47 of the narration; nil for the brief's own.
  public var language: String?

  public init(
    path: String, mediaType: String, sha256: String, document: ParsedDocument,
    maximumScenes: Int = 12, targetSeconds: Double? = nil, language: String? = nil
  ) {
    (self.path, self.mediaType, self.sha256) = (path, mediaType, sha256)
    (self.document, self.maximumScenes) = (document, maximumScenes)
    (self.targetSeconds, self.language) = (targetSeconds, language)
  }
}

/// A brief as read: its text, page by page.
public struct ParsedDocument: Sendable, Codable, Hashable {
  public struct Block: Sendable, Codable, Hashable {
    public enum Kind: String, Sendable, Codable {
      case heading, paragraph
      case listItem = "list_item"
    }
    public var kind: Kind
    /// Of a heading, from 1; 0 for others.
    public var level: Int
    /// NFC, one line, no control characters.
    public var text: String

    public init(_ kind: Kind, level: Int = 0, _ text: String) {
      (self.kind, self.level, self.text) = (kind, level, text)
    }
  }
  public struct Page: Sendable, Codable, Hashable {
    /// From 1.
    public var number: Int
    public var blocks: [Block]

    public init(number: Int, blocks: [Block]) { (self.number, self.blocks) = (number, blocks) }
  }
  public var title: String
  /// BCP 47, as judged by its letters.
  public var language: String
  public var pages: [Page]
  /// What was not perfect: pages without text, repaired damage.
  public var warnings: [String]

  public init(title: String, language: String, pages: [Page], warnings: [String] = []) {
    (self.title, self.language, self.pages, self.warnings) = (title, language, pages, warnings)
  }
}

public struct Script: Sendable, Codable, Hashable {
  public struct Scene: Sendable, Codable, Hashable {
    /// On the picture; at most about 60 letters.
    public var title: String
    /// To be spoken: plain sentences, no markup.
    public var narration: String
    /// What the background shows, for those who draw or generate it.
    public var visual: String
    public var keywords: [String]
    /// BCP 47.
    public var language: String
    /// Page of the brief, from 1.
    public var page: Int?
    /// What the writer would like behind the speaker.
    public var background: BackgroundKind

    public init(
      title: String, narration: String, visual: String, keywords: [String], language: String,
      page: Int? = nil, background: BackgroundKind = .drawn
    ) {
      (self.title, self.narration, self.visual) = (title, narration, visual)
      (self.keywords, self.language, self.page) = (keywords, language, page)
      self.background = background
    }
  }
  public var title: String
  public var scenes: [Scene]

  public init(title: String, scenes: [Scene]) { (self.title, self.scenes) = (title, scenes) }
}

/// How a scene's background comes about.
public enum BackgroundKind: String, Sendable, Codable, CaseIterable {
  /// Drawn on this machine from the scene's words.
  case drawn
  /// From the folder of stock clips and pictures.
  case stock
  /// One colour.
  case color
  /// A generated picture.
  case image
  /// A generated clip.
  case video

  /// It surely has no sound of its own.
  public var isSilent: Bool {
    switch self {
    case .drawn, .color, .image: true
    case .stock, .video: false
    }
  }
}
