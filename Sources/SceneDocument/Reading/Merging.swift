/// Puts a scene on top of the defaults: JSON Merge Patch (RFC 7386), with one rule more. Of two ways to
/// say the same thing (`place` or `x` and `y`) the later level's wins and takes the other away.
enum Merging {
  private static let slots: Set = ["background", "avatar", "title_card", "lower_third"]

  /// The scene with what it does not say taken from `defaults`, and without nulls.
  static func scene(_ scene: JSONNode, onto defaults: JSONNode?) -> JSONNode {
    guard scene.isObject else { return scene }
    return merge(scene, onto: defaults, families: []) { slots.contains($0) ? families : [] }
  }

  private static let families: [[[String]]] = [
    DocumentDecoder.layoutFamilies, DocumentDecoder.contentFamilies,
  ]

  private static func merge(
    _ patch: JSONNode, onto base: JSONNode?, families: [[[String]]],
    inner: (String) -> [[[String]]] = { _ in [] }
  ) -> JSONNode {
    guard case .object(let changes) = patch.value else { return patch }
    var members = base?.members ?? []
    if members.isEmpty, !patch.hasNull { return patch }
    for group in families { leave(group, changes, &members) }
    for change in changes {
      let place = members.firstIndex(ofKey: change.key)
      var member = change
      if change.isPrivate {
        // Kept as it is, null or not.
      } else if change.node.isNull {
        if let place { members.remove(at: place) }
        continue
      } else {
        member.node = merge(
          change.node, onto: place.map { members[$0].node }, families: inner(change.key))
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
