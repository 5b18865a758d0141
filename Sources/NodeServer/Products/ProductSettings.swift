public import Pipelines

/// What the routes of films, documents and previews may use of the machine.
public struct ProductSettings: Sendable {
  /// Files that scene documents name are below this folder; absolute. Nil: no document that names files is taken.
  public var documentRoot: String?
  /// Films that are asked for by a name are written below this folder; absolute. Nil: films stay in the node's store.
  public var outputFolder: String?
  /// What films are like where nobody says otherwise.
  public var filmDefaults = FilmDefaults()
  /// Bytes of an uploaded document.
  public var uploadLimit = 100 << 20
  /// Pictures drawn at the same time.
  public var pictures = 2
  /// Whether payloads may have files fetched from this machine and from networks that are not public.
  public var allowsPrivateAddresses = false
  /// Bytes of one file that a payload has fetched, and of all files of a payload.
  public var downloadLimit: Int64 = 1 << 30
  public var payloadLimit: Int64 = 4 << 30
  /// How long fetching one file may take.
  public var downloadTime: Duration = .seconds(300)

  public init() {}
}
