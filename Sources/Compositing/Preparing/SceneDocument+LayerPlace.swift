public import SceneDocument

extension SceneDocument {
  /// The JSON pointer of the layer of this name in a scene, or among the overlays; that of the scene when there is
  /// none. Captions have the name that `PictureLayer` gives them.
  public func pointer(toLayer name: String, inScene index: Int) -> String {
    let top = "/scenes/\(index)"
    guard scenes.indices.contains(index) else { return top }
    let scene = scenes[index]
    if case .layer(let layer) = scene.background, layer.id == name { return top + "/background" }
    if scene.avatar?.id == name { return top + "/avatar" }
    if scene.titleCard?.id == name { return top + "/title_card" }
    if scene.lowerThird?.id == name { return top + "/lower_third" }
    if name == scene.id + "/captions" { return top + "/captions" }
    if let place = scene.layers.firstIndex(where: { $0.id == name }) {
      return top + "/layers/\(place)"
    }
    if let place = overlays.firstIndex(where: { $0.id == name }) { return "/overlays/\(place)" }
    return top
  }
}
