internal import SceneDocument

extension SceneDocument {
  /// The assets that the film is made of: those of scenes that are enabled and of the whole programme.
  var assetsInUse: [Asset] {
    var ids: Set<String> = []
    for scene in scenes where scene.enabled {
      ids.formUnion(scene.allLayers.flatMap(\.assetIDs))
      ids.formUnion(scene.sounds.map(\.asset))
      if let narration = scene.narration { ids.insert(narration.asset) }
    }
    ids.formUnion(overlays.flatMap(\.assetIDs))
    ids.formUnion(audio.music.map(\.asset))
    return assets.filter { ids.contains($0.id) }
  }

  /// Disables every scene but the first that is enabled; its place in the document stays.
  mutating func keepFirstScene() {
    guard let first = scenes.firstIndex(where: \.enabled) else { return }
    for index in scenes.indices where index != first { scenes[index].enabled = false }
    audio.music = []
  }
}

extension Layer {
  /// What it shows and what it is cut out by.
  fileprivate var assetIDs: [String] {
    var ids: [String] = []
    if let asset { ids.append(asset) }
    if case .asset(let id) = mask { ids.append(id) }
    return ids
  }
}
