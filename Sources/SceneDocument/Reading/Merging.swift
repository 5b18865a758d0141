/// Puts a scene on top of the defaults: JSON Merge Patch (RFC 7386), with one rule more. Of two ways to
/// say the same thing (`place` or `x` and `y`) the later level's wins and takes the other away.
enum Merging {
  /// The scene with what it does not say taken from `defaults`, and without nulls. Under `on` the nulls
  /// stay: they take something away from the scene once a variant is made of it.
  static func scene(_ scene: JSONNode, onto defaults: JSONNode?) -> JSONNode {
    guard scene.isObject else { return scene }
    return merge(scene, onto: defaults, .scene)
  }

  /// A merged scene as a variant sees it.
  ///
  /// - Parameter overrides: what `on` has for the variant.
  static func variant(_ scene: JSONNode, _ overrides: JSONNode?) -> JSONNode {
    guard case .object(var members) = scene.value else { return scene }
    members.removeAll { $0.key == "on" }
    for change in overrides?.members ?? [] where !change.isPrivate && !change.node.isNull {
      let place = members.firstIndex(ofKey: change.key)
      var member = change
      let base = place.map { members[$0].node }
      if change.key == "layers" {
        guard let base, base.items.count > 0 else { continue }
        member.node = layers(base, change.node)
      } else {
        member.node = merge(change.node, onto: base, Level.scene.inner(change.key))
      }
      if let place { members[place] = member } else { members.append(member) }
    }
    return JSONNode(.object(members), at: scene)
  }

  private static func layers(_ list: JSONNode, _ changes: JSONNode) -> JSONNode {
    let items = list.items.map { layer in
      guard let id = layer["id"]?.string, let change = changes[id], change.isObject else {
        return layer
      }
      return merge(change, onto: layer, .layer)
    }
    return JSONNode(.array(items), at: list)
  }

  /// What kind of object is merged.
  private enum Level {
    case scene, layer, captions, other
    /// `on`, what it has for one variant, and that variant's `layers`.
    case on, overrides, layerOverrides
    /// The same as `layer`, `captions` and `other`, but under `on`.
    case layerPatch, captionsPatch, otherPatch

    var families: [[[String]]] {
      switch self {
      case .layer, .layerPatch:
        [DocumentDecoder.layoutFamilies, DocumentDecoder.contentFamilies]
      case .captions, .captionsPatch: [DocumentDecoder.sourceFamilies]
      default: []
      }
    }

    var keepsNull: Bool {
      switch self {
      case .scene, .layer, .captions, .other: false
      case .on, .overrides, .layerOverrides, .layerPatch, .captionsPatch, .otherPatch: true
      }
    }

    func inner(_ key: String) -> Level {
      switch (self, key) {
      case (.scene, "on"): .on
      case (.scene, "background"), (.scene, "avatar"), (.scene, "title_card"),
        (.scene, "lower_third"):
        .layer
      case (.scene, "captions"): .captions
      case (.on, _): .overrides
      case (.overrides, "layers"): .layerOverrides
      case (.overrides, "captions"): .captionsPatch
      case (.overrides, _), (.layerOverrides, _): .layerPatch
      default: keepsNull ? .otherPatch : .other
      }
    }
  }

  private static func merge(_ patch: JSONNode, onto base: JSONNode?, _ level: Level) -> JSONNode {
    guard case .object(let changes) = patch.value else { return patch }
    var members = base?.members ?? []
    if members.isEmpty, level.keepsNull || !patch.hasNull { return patch }
    for group in level.families { leave(group, changes, &members) }
    for change in changes {
      let place = members.firstIndex(ofKey: change.key)
      var member = change
      if change.isPrivate || (level.keepsNull && change.node.isNull) {
        // Kept as it is, null or not.
      } else if change.node.isNull {
        if let place { members.remove(at: place) }
        continue
      } else {
        member.node = merge(
          change.node, onto: place.map { members[$0].node }, level.inner(change.key))
      }
      if let place { members[place] = member } else { members.append(member) }
    }
    return JSONNode(.object(members), at: patch)
  }

  /// Takes the families away that the later level replaces by another.
  private static func leave(
    _ group: [[String]], _ changes: [JSONMember], _ members: inout [JSONMember]
  ) {
    func isNamed(_ family: [String]) -> Bool {
      changes.contains { family.contains($0.key) && !$0.node.isNull }
    }
    guard let chosen = group.first(where: isNamed) else { return }
    for other in group where other != chosen {
      let before = members.count
      members.removeAll { other.contains($0.key) }
      // A layer that changes from colour to asset, or back, leaves its type behind too.
      if group == DocumentDecoder.contentFamilies, members.count < before {
        members.removeAll { $0.key == "type" }
      }
    }
  }
}

extension JSONNode {
  /// Whether a member of this object, or of an object in it, is null.
  fileprivate var hasNull: Bool {
    members.contains { $0.node.isNull || $0.node.hasNull }
  }
}
