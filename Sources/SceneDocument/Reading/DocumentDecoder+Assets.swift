import Foundation

extension DocumentDecoder {
  static let maximumAssets = 5000

  mutating func assets(_ node: JSONNode?) -> Assets {
    guard let node else { return Assets() }
    guard case .object(let members) = node.value else {
      wrongType(node, "an object of assets by id")
      return Assets()
    }
    if members.count > Self.maximumAssets {
      findings.add(
        Finding(
          .limit, key: members[Self.maximumAssets], "more than \(Self.maximumAssets) assets"))
    }
    var list: [Asset] = []
    for member in members.prefix(Self.maximumAssets) {
      if !Self.isID(member.key) {
        findings.add(
          Finding(
            .type, key: member, "the asset's id '\(excerpt(member.key))' must be \(Self.idRule)"))
      }
      let asset = asset(member)
      assetKinds[member.key] = asset.kind
      list.append(asset)
    }
    return Assets(list)
  }

  private mutating func asset(_ member: JSONMember) -> Asset {
    var asset = Asset(id: member.key, path: "")
    guard let fields = fields(member.node, .asset) else { return asset }
    if fields["path"] == nil { missing("path", in: fields, .asset) }
    asset.path = path(fields["path"]) ?? ""
    asset.sha256 = sha256(fields["sha256"])
    asset.kind = word(fields["kind"]) ?? .auto
    asset.alpha = word(fields["alpha"]) ?? .auto
    asset.rotation = rotation(fields["rotation"])
    if let node = fields["color"] { asset.color = colorTags(node) }
    if let node = fields["damage"] { asset.damage = damage(node) }
    if let node = fields["provenance"] { asset.provenance = provenance(node) }
    return asset
  }

  private mutating func rotation(_ node: JSONNode?) -> Int? {
    guard let node else { return nil }
    if node.string == "auto" { return nil }
    let allowed = ["auto", "0", "90", "180", "270"]
    switch node.value {
    case .number(let number):
      if [0, 90, 180, 270].contains(number) { return Int(number) }
      findings.settle(
        Finding(
          .word, value: node,
          .aboutValue("must be one of \(allowed.joined(separator: ", ")), not \(describe(node))"),
          allowed: allowed))
    case .string(let text) where Double(text) == nil: notAWord(node, text, allowed: allowed)
    default: _ = number(node, 0...270)
    }
    return nil
  }

  private mutating func colorTags(_ node: JSONNode) -> Asset.ColorTags {
    var tags = Asset.ColorTags()
    guard let fields = fields(node, .colorTags) else { return tags }
    let names = [
      "smpte170m": "bt601", "bt470bg": "bt601", "rec709": "bt709", "rec601": "bt601",
      "bt2020nc": "bt2020", "bt.709": "bt709", "bt.601": "bt601", "iec61966-2-1": "srgb",
    ]
    tags.matrix = word(fields["matrix"], foreign: names)
    tags.range = word(
      fields["range"], foreign: ["tv": "limited", "pc": "full", "mpeg": "limited", "jpeg": "full"])
    tags.primaries = word(fields["primaries"], foreign: names)
    tags.transfer = word(fields["transfer"], foreign: names, later: ["pq", "hlg"])
    return tags
  }

  private mutating func damage(_ node: JSONNode) -> Asset.Damage {
    var damage = Asset.Damage()
    if node.string != nil {
      damage.policy = word(node) ?? .warn
    } else if let fields = fields(node, .damage) {
      damage.policy = word(fields["policy"]) ?? .warn
      damage.maximum = unit(fields["max"]) ?? damage.maximum
    }
    return damage
  }

  private mutating func provenance(_ node: JSONNode) -> Asset.Provenance {
    var provenance = Asset.Provenance()
    guard let fields = fields(node, .provenance) else { return provenance }
    provenance.generator = text(fields["generator"])
    provenance.model = text(fields["model"])
    provenance.promptSHA256 = sha256(fields["prompt_sha256"])
    provenance.ai = flag(fields["ai"])
    provenance.created = text(fields["created"])
    provenance.licence = text(fields["licence"])
    provenance.source = text(fields["source"])
    return provenance
  }

  // MARK: Paths

  /// A path that stays below the asset root whatever it is joined to.
  mutating func path(_ node: JSONNode?) -> String? {
    guard let node else { return nil }
    guard let text = node.string else {
      wrongType(node, "a path below the asset root")
      return nil
    }
    guard let fault = Self.pathFault(text) else { return text }
    var repair: Finding.Repair?
    if let better = fault.better, Self.pathFault(better) == nil {
      repair = Finding.Repair(change: .replace(.string(better)), suggestion: better)
    }
    findings.settle(
      Finding(.pathForbidden, value: node, .aboutValue(fault.message), repair: repair))
    return nil
  }

  /// Why a path is refused; nil for a good one.
  static func pathFault(_ path: String) -> (message: String, better: String?)? {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    if path.isEmpty { return ("must not be empty: give a path below the asset root", nil) }
    if path.utf8.count > 512 { return ("must be at most 512 bytes long", nil) }
    if path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      return ("must not hold control characters", nil)
    }
    if path.hasPrefix("/") {
      return ("must be relative to the asset root, not begin with '/'", nil)
    }
    if let first = parts.first, first.utf8.contains(UInt8(ascii: ":")) {
      return (
        "must be a path below the asset root, not an address or drive: download the file first", nil
      )
    }
    if path.utf8.contains(UInt8(ascii: "\\")) {
      let better = path.split(separator: "\\", omittingEmptySubsequences: false)
      return ("must use '/' between its parts, not '\\'", better.joined(separator: "/"))
    }
    if parts.contains("..") { return ("must not leave the asset root by '..'", nil) }
    if parts.contains(where: { $0.isEmpty || $0 == "." }) {
      let better = parts.filter { !$0.isEmpty && $0 != "." }
      return ("must not have empty or '.' parts", better.joined(separator: "/"))
    }
    if !path.utf8.allSatisfy({ $0 < 0x80 }) {
      let composed = path.precomposedStringWithCanonicalMapping
      if !composed.utf8.elementsEqual(path.utf8) {
        return ("must be in Unicode form NFC: rename the file and write its name composed", nil)
      }
    }
    return nil
  }
}
