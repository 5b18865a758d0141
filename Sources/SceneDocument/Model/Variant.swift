/// A second film from the same document, of another size: layout and looks may differ, times and
/// sounds do not.
public struct Variant: Sendable, Hashable {
  public var id: String
  public var size: PixelSize
  /// nil: as the output says.
  public var subtitles: Output.Subtitles?
  public var poster: Output.Poster?
  /// All scenes of the document, in its order, with what `on` changes for this variant.
  public var scenes: [Scene]

  public init(
    id: String, size: PixelSize, subtitles: Output.Subtitles? = nil,
    poster: Output.Poster? = nil, scenes: [Scene] = []
  ) {
    (self.id, self.size, self.subtitles) = (id, size, subtitles)
    (self.poster, self.scenes) = (poster, scenes)
  }
}

extension SceneDocument {
  /// What the film of the output itself is called where variants are named.
  public static let mainVariant = "main"

  /// The document as one of its variants sees it: its size, companions and scenes, and no variants.
  public func document(for variant: Variant) -> SceneDocument {
    var document = self
    document.output.writtenSize = output.lengthSize
    document.output.size = variant.size
    document.output.subtitles = variant.subtitles ?? output.subtitles
    document.output.poster = variant.poster ?? output.poster
    document.scenes = variant.scenes
    document.variants = []
    return document
  }
}
