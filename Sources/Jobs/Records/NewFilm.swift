/// A film to be made, with the parts that are missing for it.
public struct NewFilm: Sendable {
  public var label: String
  public var payload: String
  public var priority: Int
  /// Frames of the film, and how much work they are in megapixels.
  public var frames: Int
  public var weight: Double
  /// SHA-256 of the files it is made of.
  public var assets: [String]
  public var parts: [Part]
  /// Attempts at each job before it fails for good.
  public var maxAttempts = 4

  /// A segment or the sound.
  public struct Part: Sendable {
    public var kind: JobKind
    public var key: String
    public var label: String
    public var payload: String
    public var frames: Int
    public var weight: Double
    public var assets: [String]

    public init(
      kind: JobKind, key: String, label: String, payload: String, frames: Int, weight: Double,
      assets: [String]
    ) {
      (self.kind, self.key, self.label, self.payload) = (kind, key, label, payload)
      (self.frames, self.weight, self.assets) = (frames, weight, assets)
    }
  }

  public init(
    label: String, payload: String, priority: Int = JobPriority.normal, frames: Int,
    weight: Double, assets: [String], parts: [Part]
  ) {
    (self.label, self.payload, self.priority) = (label, payload, priority)
    (self.frames, self.weight, self.assets, self.parts) = (frames, weight, assets, parts)
  }
}
