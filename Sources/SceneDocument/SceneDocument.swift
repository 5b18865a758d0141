/// A film as its author describes it: scenes with a background, a speaker, layers and sounds.
///
/// A value with every default filled in and every reference checked. It knows nothing of the files it
/// names: how long they are is learnt by probing, and what is shown when is computed from both.
///
/// The way from text to this value is in `Reading/`, its parts are in `Model/` and `Values/`, and the
/// way back to text in `Expanding/`. Mistakes are `Diagnostic`s, with the place in the text.
public struct SceneDocument: Sendable, Hashable {
  public var id: String
  public var title = ""
  public var output = Output()
  /// Further films of other sizes.
  public var variants: [Variant] = []
  public var assets = Assets()
  public var styles = Styles()
  public var scenes: [Scene] = []
  /// Above all scenes, in programme time.
  public var overlays: [Layer] = []
  public var audio = ProgrammeAudio()
  /// Whatever the author keeps beside the film; never part of a key.
  public var meta: JSONValue?

  public init(id: String) { self.id = id }
}
