internal import Compositing
public import SceneDocument

/// A layer of a picture with where it comes from.
public struct SeenLayer: Sendable {
  /// Id of the scene.
  public var scene: String
  /// Id of the layer; nil for the ground behind all layers.
  public var layer: String?
  /// The path of its asset, as the document has it.
  public var asset: String?
  /// What is to be read on it.
  public var text: String?
  /// Where in the document it is written, 1-based.
  public var line: Int?
  public var column: Int?
  /// Corners in pixels of the film: pairs of x and y.
  public var corners: [(x: Double, y: Double)] = []

  public var json: JSONValue {
    var members: [JSONValue.Member] = [.init("scene", .string(scene))]
    if let layer { members.append(.init("layer", .string(layer))) }
    if let asset { members.append(.init("asset", .string(asset))) }
    if let text { members.append(.init("text", .string(text))) }
    if let line { members.append(.init("line", .integer(line))) }
    if let column { members.append(.init("column", .integer(column))) }
    if !corners.isEmpty {
      members.append(
        .init("corners", .array(corners.map { .array([.number($0.x), .number($0.y)]) })))
    }
    return .object(members)
  }
}

extension PreviewProject {
  /// A layer of a scene of the timeline; `layer` is its index, nil the ground behind all layers.
  func seen(_ layer: Int?, scene: Int) -> SeenLayer {
    guard let timeline = request?.timeline else { return SeenLayer(scene: "") }
    let place = timeline.scenes[scene]
    var seen = SeenLayer(scene: place.id)
    var pointer = "/scenes/\(place.index)/background"
    if let layer {
      let picture = place.picture.layers[layer]
      seen.layer = picture.name
      pointer =
        picture.isBackground
        ? pointer
        : request?.document.pointer(toLayer: picture.name, inScene: place.index) ?? pointer
      if case .asset(let asset, _) = picture.content {
        seen.asset = timeline.assets[asset.sha256]?.path
      }
      if case .text(let text) = picture.content {
        seen.text = text.lines.map(\.text).joined(separator: "\n")
      }
    }
    let found = source?.place(of: pointer)
    (seen.line, seen.column) = (found?.line, found?.column)
    return seen
  }

  func outlines(scene: Int, frame: Int) -> [SeenLayer] {
    guard let picture = request?.timeline.scenes[scene].picture else { return [] }
    return picture.outlines(at: frame).map { outline in
      var layer = seen(outline.layer, scene: scene)
      layer.corners = outline.corners.map { ($0.x, $0.y) }
      return layer
    }
  }
}
