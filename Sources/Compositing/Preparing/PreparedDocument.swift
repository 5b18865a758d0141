public import SceneDocument

/// A document with its assets read and every duration settled: all that planning and rendering need.
public struct PreparedDocument: Sendable {
  public let document: SceneDocument
  /// SHA-256 of the document's text.
  public let textSHA256: String
  public let source: DocumentSource
  public let root: AssetRoot
  /// By asset id.
  public let probes: [String: ProbedAsset]
  public let timeline: Timeline
  /// The document as each of its variants sees it, with its timeline, in the document's order.
  public let variants: [Variant]
  public internal(set) var warnings: [Diagnostic]
  /// How long reading, probing, laying out and proving took.
  public internal(set) var clock: PhaseClock

  public struct Variant: Sendable {
    public var id: String
    public var document: SceneDocument
    public var timeline: Timeline
  }

  /// The film of the output itself.
  public var request: RenderRequest { request(document, timeline) }

  public func request(of variant: Variant) -> RenderRequest {
    request(variant.document, variant.timeline)
  }

  private func request(_ document: SceneDocument, _ timeline: Timeline) -> RenderRequest {
    RenderRequest(
      document: document, documentSHA256: textSHA256, timeline: timeline,
      files: PictureFiles(
        Dictionary(
          probes.values.map { ($0.record.sha256, $0.location) }, uniquingKeysWith: { $1 })),
      warnings: warnings)
  }
}

/// Why a document gives no film: everything that was found wrong with it.
public struct DocumentRefusal: Error, Sendable {
  public let diagnostics: [Diagnostic]
  public init(_ diagnostics: [Diagnostic]) { self.diagnostics = diagnostics }
}
