/// One reading of a tree: the document it means, and all that is wrong with it.
struct Interpretation {
  /// Of use only when there is no error among the findings.
  var document: SceneDocument?
  /// The document after variables and merging, to find the origin of its values.
  var effective: JSONNode
  var findings: Findings
}

extension DocumentDecoder {
  /// Takes a tree through every stage between text and values.
  static func interpret(
    _ root: JSONNode, options: ReadingOptions, hasDollar: Bool, findings: Findings = Findings()
  ) -> Interpretation {
    var decoder = DocumentDecoder()
    decoder.findings = findings
    var tree = root
    if PayloadImport.recognises(root) {
      var payload = PayloadImport(onMissing: options.onMissing)
      tree = payload.document(of: root, &decoder)
    } else if !decoder.checkVersion(root) {
      return Interpretation(effective: root, findings: decoder.findings)
    }
    if tree["vars"] != nil || hasDollar { tree = decoder.substitute(in: tree) }
    let document = decoder.document(&tree, options)
    return Interpretation(document: document, effective: tree, findings: decoder.findings)
  }

  /// False when the document cannot be read any further.
  private mutating func checkVersion(_ root: JSONNode) -> Bool {
    guard root.isObject else {
      wrongType(root, "an object, a scene document")
      return false
    }
    guard let node = root["spec"] else { return true }
    guard let text = node.string, let version = Self.version(text) else {
      wrongType(node, "\"scene/1\"")
      return true
    }
    guard version.major == 1 else {
      findings.settle(
        Finding(
          .specVersion, value: node,
          .aboutValue("is '\(text)', but this engine reads scene/1: convert the document first")))
      return false
    }
    if version.minor > 0 { newerSpec = text }
    return true
  }

  private static func version(_ text: String) -> (major: Int, minor: Int)? {
    guard text.hasPrefix("scene/") else { return nil }
    let parts = text.dropFirst(6).split(separator: ".", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count) else { return nil }
    var numbers: [Int] = []
    for part in parts {
      guard part.utf8.allSatisfy({ $0 &- 0x30 < 10 }), part.utf8.count <= 6,
        part == "0" || !part.hasPrefix("0"), let number = Int(part)
      else { return nil }
      numbers.append(number)
    }
    return (numbers[0], numbers.count > 1 ? numbers[1] : 0)
  }

  private mutating func substitute(in root: JSONNode) -> JSONNode {
    var variables = Variables(root)
    let result = variables.substitute(in: root)
    variables.warnOfUnused()
    findings.append(variables.findings)
    return result
  }

  // MARK: The document

  private mutating func document(
    _ tree: inout JSONNode, _ options: ReadingOptions
  ) -> SceneDocument? {
    guard let fields = fields(tree, .document) else { return nil }
    for key in ["spec", "id", "scenes"] where fields[key] == nil {
      missing(key, in: fields, .document)
    }
    var document = SceneDocument(id: id(fields["id"]) ?? "")
    document.title = text(fields["title"], maximum: 200) ?? ""
    let styles = fields["styles"].flatMap { self.fields($0, .styles) }
    palette(styles?["palette"])
    document.output = output(fields["output"], preset: options.preset)
    document.variants = variants(fields["variants"], of: document.output)
    document.assets = assets(fields["assets"])
    self.styles(styles)
    document.styles = self.styles
    let merged = mergedScenes(fields)
    scenes(merged, &document)
    if let node = fields["overlays"] {
      document.overlays = layers(items(node), slot: .overlay, owner: "overlays")
    }
    document.audio = programmeAudio(fields["audio"], scenes: document.scenes)
    document.meta = fields["meta"].map { meta($0) }
    warnOfUnusedAssets(fields["assets"])
    if let merged { tree.replace(member: "scenes", by: merged) }
    return findings.hasErrors ? nil : document
  }

  /// The list of scenes, each merged with the defaults, which are checked on the way.
  private mutating func mergedScenes(_ fields: Fields) -> JSONNode? {
    var defaults: JSONNode?
    if let node = fields["defaults"] {
      defaults = Merging.scene(node, onto: nil)
      isPartial = true
      if let defaults {
        _ = scene(defaults, background: .black)
        checkDefaults(defaults, scenes: fields["scenes"]?.items ?? [])
      }
      isPartial = false
    }
    guard var list = fields["scenes"] else { return nil }
    guard case .array(let items) = list.value else {
      wrongType(list, "a list of scenes")
      return nil
    }
    if items.isEmpty { outOfRange(list, "must have at least one scene") }
    if items.count > Self.maximumScenes {
      findings.add(
        Finding(
          .limit, value: items[Self.maximumScenes], .whole("more than \(Self.maximumScenes) scenes")
        ))
    }
    list.value = .array(
      items.prefix(Self.maximumScenes).map { Merging.scene($0, onto: defaults) })
    return list
  }

  private mutating func scenes(_ list: JSONNode?, _ document: inout SceneDocument) {
    guard let list else { return }
    let background = document.output.background
    var ids: Set<String> = []
    var scenes: [(node: JSONNode, scene: Scene)] = []
    for node in list.items {
      guard let scene = scene(node, background: background) else { continue }
      if let id = node["id"] {
        if !scene.id.isEmpty, !ids.insert(scene.id).inserted { duplicateID(id, scene.id, "scene") }
        if Self.frameDigits(scene.id) != nil {
          outOfRange(id, "must not read as a number of frames: music could not name the scene")
        }
      }
      scenes.append((node, scene))
    }
    document.scenes = scenes.map(\.scene)
    variantScenes(scenes, &document.variants, background: background)
  }

  private mutating func meta(_ node: JSONNode) -> JSONValue {
    let meta = node.plain
    guard node.isObject else {
      wrongType(node, "an object")
      return meta
    }
    let maximum = 64 * 1024
    if node.end - node.start > maximum, CanonicalJSON.bytes(of: meta).count > maximum {
      findings.add(
        Finding(.limit, value: node, .aboutValue("is larger than 64 KiB: keep it in a file beside"))
      )
    }
    return meta
  }

  private mutating func warnOfUnusedAssets(_ node: JSONNode?) {
    guard let node, !findings.hasErrors else { return }
    for member in node.members where !usedAssets.contains(member.key) {
      findings.add(
        Finding(
          .unusedAsset, key: member,
          "the asset '\(member.key)' is not used: remove it, or name it in a scene"))
    }
  }
}

extension JSONNode {
  fileprivate mutating func replace(member key: String, by node: JSONNode) {
    guard case .object(var members) = value,
      let place = members.firstIndex(ofKey: key)
    else { return }
    members[place].node = node
    value = .object(members)
  }
}
