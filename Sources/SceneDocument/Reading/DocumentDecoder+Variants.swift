/// Variants, and what `on` changes for them.
extension DocumentDecoder {
  static let maximumVariants = 8

  /// The variants without their scenes.
  mutating func variants(_ node: JSONNode?, of output: Output) -> [Variant] {
    var list: [Variant] = []
    for item in items(node, limit: Self.maximumVariants, of: "variants") {
      guard let fields = fields(item, .variant) else { continue }
      for key in ["id", "size"] where fields[key] == nil { missing(key, in: fields, .variant) }
      var variant = Variant(
        id: id(fields["id"]) ?? "", size: pictureSize(fields["size"], for: output) ?? output.size)
      variant.subtitles = subtitles(fields["subtitles"])
      variant.poster = fields["poster"].flatMap { poster($0) }
      if let node = fields["id"] { checkVariantID(node, variant.id) }
      variants[variant.id] = variant
      list.append(variant)
    }
    return list
  }

  private mutating func checkVariantID(_ node: JSONNode, _ id: String) {
    if id == SceneDocument.mainVariant {
      findings.add(
        Finding(
          .duplicateID, value: node,
          .whole("'\(id)' is the output itself: give the variant another id")))
    } else if variants[id] != nil {
      duplicateID(node, id, "variant")
    }
  }

  // MARK: Scenes

  /// Every variant's scenes.
  ///
  /// - Parameters:
  ///   - nodes: the scenes after merging with the defaults.
  ///   - scenes: what they mean for the output itself; one that no variant changes is the same in all.
  mutating func variantScenes(
    _ nodes: [(node: JSONNode, scene: Scene)], _ list: inout [Variant], background: Color
  ) {
    isVariant = true
    defer { isVariant = false }
    for (node, scene) in nodes {
      let on = node["on"].map { overrides($0, in: node) }
      for index in list.indices {
        if let changes = on?[list[index].id], !changes.members.isEmpty {
          let merged = Merging.variant(node, changes)
          list[index].scenes.append(self.scene(merged, background: background) ?? scene)
        } else {
          list[index].scenes.append(scene)
        }
      }
    }
  }

  /// Checks `on` of the defaults, where layers may be changed that only a scene has.
  mutating func checkDefaults(_ defaults: JSONNode, scenes: [JSONNode]) {
    guard let on = defaults["on"] else { return }
    isVariant = true
    defer { isVariant = false }
    let ids = Set(([defaults] + scenes).flatMap(Self.layerIDs))
    for (_, changes) in overrides(on, in: nil).sorted(by: { $0.key < $1.key }) {
      _ = scene(Merging.variant(defaults, changes), background: .black)
      let known = Set(Self.layerIDs(defaults))
      for member in changes["layers"]?.members ?? [] where !known.contains(member.key) {
        if ids.contains(member.key) {
          _ = layer(member.node, slot: .layer, .layer, id: member.key)
        } else {
          unknownLayer(member, among: ids, "no scene has")
        }
      }
    }
  }

  static func layerIDs(_ scene: JSONNode) -> [String] {
    (scene["layers"]?.items ?? []).compactMap { $0["id"]?.string }
  }
}
