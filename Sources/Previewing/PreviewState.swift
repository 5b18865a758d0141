internal import Compositing
public import SceneDocument

/// All that the page is told about a document.
public struct PreviewState: Sendable {
  /// Counts changes of any of this.
  public var revision: Int
  /// Counts versions of the film.
  public var version: Int
  public var name: String
  /// The pictures are those of the newest text.
  public var isCurrent: Bool
  /// Every asset was looked into.
  public var isWhole: Bool
  public var diagnostics: [Diagnostic]
  var project: PreviewProject?

  /// Frames of the film that is shown; 0 when none is.
  public var frames: Int { project?.request?.timeline.frames ?? 0 }

  public var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init("revision", .integer(revision)), .init("version", .integer(version)),
      .init("name", .string(name)), .init("is_current", .bool(isCurrent)),
      .init("is_whole", .bool(isWhole)), .init("diagnostics", .array(diagnostics.map(\.json))),
    ]
    if let request = project?.request {
      let timeline = request.timeline
      members += [
        .init("title", .string(request.document.title)), .init("id", .string(request.document.id)),
        .init("size", [.integer(timeline.width), .integer(timeline.height)]),
        .init(
          "fps",
          [
            .number(Double(timeline.frameRate.numerator)),
            .number(Double(timeline.frameRate.denominator)),
          ]), .init("frames", .integer(timeline.frames)),
        .init("scenes", .array(timeline.scenes.map(scene))),
      ]
    }
    return .object(members)
  }

  private func scene(_ scene: TimelineScene) -> JSONValue {
    var members: [JSONValue.Member] = [
      .init("id", .string(scene.id)), .init("title", .string(scene.title)),
      .init("start", .integer(scene.startFrame)), .init("frames", .integer(scene.frames)),
    ]
    if let line = project?.source?.place(of: "/scenes/\(scene.index)").line {
      members.append(.init("line", .integer(line)))
    }
    return .object(members)
  }
}
