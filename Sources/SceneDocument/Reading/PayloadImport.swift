/// Reads the payload of the cloud function that this compositor replaces:
/// `{projectId, scenes: [{sceneId, avatarUrl, backgroundUrl, duration}]}`, with paths for addresses.
///
/// The result is a tree of a scene document whose values keep their places in the payload, so every
/// later error points into the payload's own text.
struct PayloadImport {
  /// What becomes of a scene without an avatar or background.
  var onMissing: Scene.OnMissing

  private var assets: [JSONMember] = []
  private var idsByPath: [String: String] = [:]

  init(onMissing: Scene.OnMissing) { self.onMissing = onMissing }

  static func recognises(_ root: JSONNode) -> Bool {
    root["projectId"] != nil && root["spec"] == nil
  }

  mutating func document(of root: JSONNode, _ decoder: inout DocumentDecoder) -> JSONNode {
    guard let fields = decoder.fields(root, .payload) else { return root }
    var members = [member("spec", JSONNode(.string("scene/1"), at: root))]
    if let id = fields.member("projectId") { members.append(member("id", of: id)) }
    if let list = fields.member("scenes") {
      var node = list.node
      if case .array(let items) = node.value {
        node.value = .array(items.map { scene($0, &decoder) })
      }
      members.append(
        member("assets", JSONNode(.object(assets), at: list.node)))
      members.append(
        JSONMember(key: "scenes", keyStart: list.keyStart, keyEnd: list.keyEnd, node: node))
    }
    members += fields.members.filter(\.isPrivate)
    return JSONNode(.object(members), at: root)
  }

  private mutating func scene(_ node: JSONNode, _ decoder: inout DocumentDecoder) -> JSONNode {
    guard let fields = decoder.fields(node, .payloadScene) else { return node }
    var members: [JSONMember] = []
    if let id = fields.member("sceneId") {
      members.append(member("id", of: id))
    } else {
      decoder.missing("sceneId", in: fields, .payloadScene)
      members.append(member("id", JSONNode(.string("scene"), at: node)))
    }
    if onMissing != .fail {
      members.append(member("on_missing", JSONNode(.string(onMissing.rawValue), at: node)))
    }
    for (key, slot) in [("backgroundUrl", "background"), ("avatarUrl", "avatar")] {
      if let member = slotMember(slot, key, fields, &decoder) { members.append(member) }
    }
    if let speech = fields.member("speechUrl"), !speech.node.isNull {
      members.append(member("narration", reference(to: speech, "speech", at: node)))
    }
    if let duration = fields.member("duration"), !duration.node.isNull,
      decoder.time(duration.node) != nil
    {
      members.append(member("x-duration-hint", of: duration))
    }
    members += fields.members.filter(\.isPrivate)
    return JSONNode(.object(members), at: node)
  }

  private mutating func slotMember(
    _ slot: String, _ key: String, _ fields: DocumentDecoder.Fields,
    _ decoder: inout DocumentDecoder
  ) -> JSONMember? {
    let given = fields.member(key)
    // "undefined" is what a script's missing variable leaves behind.
    let isGiven = given.map {
      !$0.node.isNull && !["", "null", "undefined"].contains($0.node.string)
    }
    if let given, isGiven == true {
      return member(slot, reference(to: given, slot, at: given.node))
    }
    let place = given?.node ?? fields.node
    let scene = fields["sceneId"]?.string ?? "?"
    switch onMissing {
    case .fail:
      decoder.findings.add(
        Finding(
          .assetMissing, value: place,
          .whole(
            "scene '\(decoder.excerpt(scene))' has no \(slot): give '\(key)' a file")))
    case .drop:
      decoder.findings.add(
        Finding(
          .policyApplied, value: place,
          .whole("scene '\(decoder.excerpt(scene))' has no \(slot): it is left out")))
    case .placeholder:
      // A file that cannot be there: the policy of missing files then draws the card.
      let path = JSONNode(.string("missing-\(slot)"), at: place)
      return member(slot, reference(path: path, slot, at: place))
    }
    return nil
  }

  private mutating func reference(
    to given: JSONMember, _ slot: String, at place: JSONNode
  ) -> JSONNode {
    reference(path: given.node, slot, at: place)
  }

  /// `{"asset": id}`, after declaring the asset; one path is one asset.
  private mutating func reference(
    path: JSONNode, _ slot: String, at place: JSONNode
  ) -> JSONNode {
    let known = path.string.flatMap { idsByPath[$0] }
    let id = known ?? "\(slot)-\(assets.count + 1)"
    if known == nil {
      if let text = path.string { idsByPath[text] = id }
      assets.append(member(id, JSONNode(.object([member("path", path)]), at: path)))
    }
    return JSONNode(.object([member("asset", JSONNode(.string(id), at: path))]), at: place)
  }

  // MARK: Members

  private func member(_ key: String, _ node: JSONNode) -> JSONMember {
    JSONMember(key: key, keyStart: node.start, keyEnd: node.end, node: node)
  }

  /// A member of the payload under another name.
  private func member(_ key: String, of member: JSONMember) -> JSONMember {
    JSONMember(key: key, keyStart: member.keyStart, keyEnd: member.keyEnd, node: member.node)
  }
}
