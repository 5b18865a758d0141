/// What `on` may change, and telling what it must not.
extension DocumentDecoder {
  /// `on` by variant, after telling what it must not change, and without that.
  ///
  /// - Parameter scene: the merged scene; nil for the defaults alone.
  mutating func overrides(_ node: JSONNode, in scene: JSONNode?) -> [String: JSONNode] {
    guard case .object(let members) = node.value else {
      wrongType(node, "an object of changes by variant")
      return [:]
    }
    var result: [String: JSONNode] = [:]
    for member in members where !member.isPrivate {
      guard variants[member.key] != nil else {
        unknownVariant(member)
        continue
      }
      if !member.node.isNull { result[member.key] = changes(member.node, in: scene) }
    }
    return result
  }

  private mutating func unknownVariant(_ member: JSONMember) {
    let ids = variants.keys.sorted()
    var message =
      "'on' names the variant '\(excerpt(member.key))', which the document does not have"
    if member.key == SceneDocument.mainVariant {
      message = "'main' is the output itself: what is said of it stands in the scene, not in 'on'"
    }
    unknownKey(member, message, among: ids)
  }

  mutating func unknownLayer(_ member: JSONMember, among ids: Set<String>, _ who: String) {
    unknownKey(
      member, "'layers' names the layer '\(excerpt(member.key))', which \(who)",
      among: ids.sorted())
  }

  /// A key that refers to something that is not there.
  private mutating func unknownKey(_ member: JSONMember, _ start: String, among ids: [String]) {
    var message = start
    var repair: Finding.Repair?
    if let answer = Suggestions.nearest(to: member.key, among: ids) {
      message += "; did you mean '\(answer.name)'?"
      repair = Finding.Repair(
        change: .rename(answer.name), suggestion: answer.name, isSingle: answer.isSingle)
    }
    findings.add(
      Finding(
        .unknownReference, key: member, message, allowed: ids.count <= 20 ? ids : [],
        repair: repair))
  }

  private mutating func changes(_ node: JSONNode, in scene: JSONNode?) -> JSONNode {
    guard case .object(let members) = node.value else {
      wrongType(node, "an object")
      return JSONNode(.object([]), at: node)
    }
    var kept: [JSONMember] = []
    for member in members where !member.isPrivate {
      guard Shape.overrides.has(member) else {
        if Shape.scene.has(member) { timing(member) } else { unknownKey(member, .overrides) }
        continue
      }
      if let change = change(member, in: scene) { kept.append(change) }
    }
    return JSONNode(.object(kept), at: node)
  }

  /// One slot, the captions or the layers, with no more than what a variant may change; nil for nothing.
  private mutating func change(_ member: JSONMember, in scene: JSONNode?) -> JSONMember? {
    var result = member
    if let scene, !has(member, scene) { return nil }
    switch (member.key, member.node.value) {
    case (_, .null):
      findings.add(
        Finding(
          .variantTiming, key: member,
          "a variant cannot remove '\(member.key)': write {\"hidden\": true} to hide it"))
      return nil
    case ("background", .string): return member
    case ("layers", .object(let layers)):
      result.node.value = .object(layers.compactMap { layer($0, in: scene) })
    case ("captions", .object): result.node = allowed(member.node, Self.captionChanges, .captions)
    case (_, .object): result.node = allowed(member.node, Self.layerChanges, .titleCard)
    case ("layers", _):
      wrongType(member.node, "an object of changes by layer id")
      return nil
    case ("background", _):
      wrongType(member.node, "a colour or an object")
      return nil
    default:
      wrongType(member.node, "an object")
      return nil
    }
    return result
  }

  private mutating func layer(_ member: JSONMember, in scene: JSONNode?) -> JSONMember? {
    if member.isPrivate { return nil }
    if let scene {
      let ids = Self.layerIDs(scene)
      if !ids.contains(member.key) {
        // Defaults may change a layer that only some scenes have.
        if Self.contains(scene, member) {
          unknownLayer(member, among: Set(ids), "the scene does not have")
        }
        return nil
      }
    }
    guard member.node.isObject else {
      if member.node.isNull { return nil }
      wrongType(member.node, "an object")
      return nil
    }
    var result = member
    result.node = allowed(member.node, Self.layerChanges, .titleCard)
    return result
  }

  /// Whether the scene has what a member of `on` changes; tells it where the scene itself wrote that.
  private mutating func has(_ member: JSONMember, _ scene: JSONNode) -> Bool {
    if member.key == "layers" { return true }
    let base = scene[member.key]
    if member.key == "background" {
      if (base?.isObject ?? false) == member.node.isObject { return true }
      let kinds = member.node.isObject ? ("an object", "a colour") : ("a colour", "an object")
      if Self.contains(scene, member) {
        findings.add(
          Finding(
            .variantTiming, key: member,
            "'background' is \(kinds.0) here and \(kinds.1) in the scene: a variant shows the same"
          ))
      }
      return false
    }
    if base != nil { return true }
    if Self.contains(scene, member) {
      findings.add(
        Finding(
          .unknownReference, key: member,
          "'on' changes '\(member.key)', which the scene does not have: "
            + "remove it here, or give the scene one"))
    }
    return false
  }

  /// Whether the text of a scene holds a member, and not that of the defaults.
  private static func contains(_ scene: JSONNode, _ member: JSONMember) -> Bool {
    scene.start <= member.keyStart && member.keyStart < scene.end
  }

  // MARK: Keys

  private static let layerChanges: Set = [
    "z", "place", "margin", "x", "y", "anchor", "size", "fit", "focus", "crop", "rotate", "opacity",
    "mask", "border", "shadow", "key", "blend", "dim", "blur", "motion", "enter", "exit", "shape",
    "fill", "style", "align", "max_width", "max_lines", "hidden",
  ]
  private static let captionChanges: Set = [
    "mode", "style", "place", "margin", "max_width", "max_lines", "hidden",
  ]

  /// An object without the keys of `shape` that a variant may not change; a key that nothing has stays,
  /// to be told like any other.
  private mutating func allowed(_ node: JSONNode, _ keys: Set<String>, _ shape: Shape) -> JSONNode {
    var kept: [JSONMember] = []
    for member in node.members {
      if member.isPrivate {
        continue
      } else if keys.contains(member.key) {
        if let change = inner(member) { kept.append(change) }
      } else if shape.has(member) || member.key == "audio" {
        timing(member)
      } else {
        kept.append(member)
      }
    }
    return JSONNode(.object(kept), at: node)
  }

  /// Of a mask the asset, and of an entrance the duration, stay as they are.
  private mutating func inner(_ member: JSONMember) -> JSONMember? {
    let fixed: String
    switch member.key {
    case "mask": fixed = "asset"
    case "enter", "exit": fixed = "duration"
    default: return member
    }
    guard let inner = member.node.member(fixed) else { return member }
    timing(inner)
    if member.key == "mask" { return nil }
    var result = member
    result.node.value = .object(member.node.members.filter { $0.key != fixed })
    return result
  }

  private mutating func timing(_ member: JSONMember) {
    findings.add(
      Finding(
        .variantTiming, key: member,
        "a variant may change layout, style and visibility only: '\(member.key)' is the same in all and stands in the scene"
      ))
  }
}
