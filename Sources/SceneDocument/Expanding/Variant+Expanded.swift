extension Variant {
  /// Without its scenes: what they change stands in `on` of each scene.
  var expanded: JSONValue {
    var object = ObjectBuilder()
    object.add("id", id: id)
    object.add("size", [.integer(size.width), .integer(size.height)])
    object.add("subtitles", subtitles)
    object.add("poster", poster?.expanded)
    return object.json
  }
}

extension Scene {
  /// What `on` has to say for variants to see these scenes in place of this one; nil for nothing.
  ///
  /// - Parameter expanded: this scene's own expansion.
  func changes(
    _ expanded: JSONValue, for variants: [(id: String, scene: Scene)]
  ) -> JSONValue? {
    var members: [JSONValue.Member] = []
    for (id, scene) in variants where scene != self {
      var object = ObjectBuilder()
      let other = scene.expandedWithoutVariants
      for key in Shape.overrides.keys where key != "layers" {
        if let value = other[key], let changed = value.changes(from: expanded[key]) {
          object.add(key, changed)
        }
      }
      object.add("layers", layerChanges(in: scene))
      members.append(JSONValue.Member(id, object.json))
    }
    return members.isEmpty ? nil : .object(members)
  }

  /// By id; only layers with an id of their own can be changed.
  private func layerChanges(in scene: Scene) -> JSONValue? {
    let members = zip(layers, scene.layers).compactMap { layer, other in
      other.expanded.changes(from: layer.expanded).map { JSONValue.Member(layer.id, $0) }
    }
    return members.isEmpty ? nil : .object(members)
  }
}

extension JSONValue {
  /// The merge patch that makes this value of another; nil where both are the same.
  fileprivate func changes(from other: JSONValue?) -> JSONValue? {
    if self == other { return nil }
    guard case .object(let members) = self, case .object(let others) = other else { return self }
    var result = members.compactMap { member in
      member.value.changes(from: other?[member.key]).map { Member(member.key, $0) }
    }
    let keys = Set(members.map(\.key))
    for member in others where !keys.contains(member.key) {
      result.append(Member(member.key, .null))
    }
    return .object(result)
  }
}
