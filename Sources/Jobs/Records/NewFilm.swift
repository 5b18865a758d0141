/// A film to be made, with the parts that are missing for it.
public struct NewFilm: Sendable {
  /// What people see.
  public var label: String
  /// JSON, understood by those who do the work.
  public var payload: String
  public var priority: Int
  /// Frames of the film, and how much work they are in megapixels.
  public var frames: Int
  public var weight: Double
  /// What has an influence on speed besides `weight`, such as the encoder's preset.
  public var profile = ""
  /// SHA-256 of the files it is made of.
  public var assets: [String]
  /// In the film's order.
  public var parts: [Part]
  /// Attempts at each job before it fails for good.
  public var maxAttempts = 4

  public init(
    label: String, payload: String, priority: Int = JobPriority.normal, frames: Int,
    weight: Double, assets: [String], parts: [Part]
  ) {
    (self.label, self.payload, self.priority) = (label, payload, priority)
    (self.frames, self.weight, self.assets, self.parts) = (frames, weight, assets, parts)
  }

  /// A segment or the sound.
  public struct Part: Sendable {
    /// Not `.film`.
    public var kind: JobKind
    /// Hash of all that the result depends on.
    public var key: String
    /// Key of the part that goes on where this one ends.
    public var nextKey: String?
    public var label: String
    public var payload: String
    public var frames: Int
    public var weight: Double
    public var assets: [String]
    /// What is there of it already. A part that is being made for another film is shared in any case.
    public var finished: Finished?

    public init(
      kind: JobKind, key: String, label: String, payload: String, frames: Int, weight: Double,
      assets: [String]
    ) {
      (self.kind, self.key, self.label, self.payload) = (kind, key, label, payload)
      (self.frames, self.weight, self.assets) = (frames, weight, assets)
    }
  }

  /// A result that need not be made, since the caller has seen that what it names is there.
  public enum Finished: Sendable, Hashable {
    /// A result of this queue, as `RenderQueue.results(of:)` gave it. Where it has been given up since then, the part is
    /// made anew.
    case earlier(String)
    /// A result that the queue does not know. It becomes a job that is done.
    case elsewhere(String)
  }
}
