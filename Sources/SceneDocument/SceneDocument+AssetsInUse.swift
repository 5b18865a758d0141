extension SceneDocument {
  /// The assets that the film is made of: those of scenes that are enabled and of the whole programme.
  public var assetsInUse: [Asset] {
    var ids: Set<String> = []
    /// What files are used as that do not say it themselves.
    var kinds: [String: Asset.Kind] = [:]
    for id in styles.fonts.values.flatMap(\.assets) { kinds[id] = .font }
    for scene in scenes where scene.enabled {
      ids.formUnion(scene.allLayers.flatMap(\.assetIDs))
      ids.formUnion(scene.sounds.map(\.asset))
      if let narration = scene.narration { ids.insert(narration.asset) }
      if let id = scene.captions?.source.asset {
        if case .words = scene.captions?.source {
          kinds[id] = .words
        } else {
          kinds[id] = .captions
        }
      }
    }
    ids.formUnion(overlays.flatMap(\.assetIDs))
    ids.formUnion(audio.music.map(\.asset))
    return assets.compactMap { asset in
      if ids.contains(asset.id) { return asset }
      guard let kind = kinds[asset.id] else { return nil }
      var plain = asset
      plain.kind = kind
      return plain
    }
  }

  /// Disables every scene but the first that is enabled; its place in the document stays.
  public mutating func keepFirstScene() {
    guard let first = scenes.firstIndex(where: \.enabled) else { return }
    for index in scenes.indices where index != first { scenes[index].enabled = false }
    audio.music = []
    variants = []
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
