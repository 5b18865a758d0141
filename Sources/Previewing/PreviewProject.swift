public import Compositing
public import SceneDocument

/// What reading a document's text gave.
public struct PreviewProject: Sendable {
  /// How much of the document is to be read.
  public enum Scope: Sendable {
    /// The first scene that is enabled, so that there is something to show before every asset was looked into.
    case firstScene
    case whole
    /// All of it, with the warnings that take frames to be drawn and looked at.
    case proven
  }

  /// Nil when there are errors.
  public var request: RenderRequest?
  /// For the places of what is seen.
  public var source: DocumentSource?
  public var diagnostics: [Diagnostic]
  /// Absolute paths of the files that the pictures and sounds depend on, also of those that are not there.
  public var files: [String]

  public init(
    request: RenderRequest?, source: DocumentSource? = nil, diagnostics: [Diagnostic],
    files: [String]
  ) {
    (self.request, self.source) = (request, source)
    (self.diagnostics, self.files) = (diagnostics, files)
  }
}

/// Reads a document's text and looks into its assets. Everything that is wrong is in the result.
public typealias ProjectReader =
  @Sendable (_ text: [UInt8], _ scope: PreviewProject.Scope) async -> PreviewProject
