extension Finding.Repair {
  /// The patch, for a key or value at a path of the text.
  func operation(at path: [String]) -> JSONPatchOperation {
    switch change {
    case .rename(let name):
      .move(from: jsonPointer(path), path: jsonPointer(path.dropLast() + [name]))
    case .replace(let value): .replace(path: jsonPointer(path), value: value)
    }
  }
}

extension DocumentText {
  /// Whether a repair is the only one in question and leaves its place without errors.
  func isSafe(_ finding: Finding) -> Bool {
    guard let repair = finding.repair, repair.isSingle else { return false }
    let path = source.root.path(at: finding.place)
    let written = source.root.descend(path)
    switch repair.change {
    case .rename(let name):
      let parent = source.root.descend(Array(path.dropLast())).node
      if parent.member(name) != nil { return false }
    case .replace:
      // A value that a variable gave is repaired at the variable, by a person.
      if finding.code != .undefinedVariable, written.node.string?.contains("${") == true {
        return false
      }
    }
    let trial = trialTree(path).changing(at: finding.place, by: repair.change)
    let outcome = DocumentDecoder.interpret(trial, options: options, hasDollar: hasDollar)
    let known = Set(interpretation.findings.list.map(Problem.init))
    return outcome.findings.list.allSatisfy {
      let problem = Problem($0)
      return $0.code.severity == .warning
        || (known.contains(problem) && problem != Problem(finding))
    }
  }

  private struct Problem: Hashable {
    var code: DiagnosticCode
    var place: Int32

    init(_ finding: Finding) { (code, place) = (finding.code, finding.place) }
  }

  /// The tree with no more than the place needs: of many scenes only the one that is repaired.
  private func trialTree(_ path: [String]) -> JSONNode {
    guard path.count >= 2, path[0] == "scenes", let index = Int(path[1]),
      case .object(var members) = source.root.value, source.root["spec"] != nil,
      let place = members.firstIndex(where: { $0.key == "scenes" }),
      members[place].node.items.indices.contains(index)
    else { return source.root }
    members[place].node.value = .array([members[place].node.items[index]])
    members.removeAll { $0.key == "audio" || $0.key == "overlays" }
    return JSONNode(.object(members), at: source.root)
  }
}

extension JSONNode {
  /// The tree with one key or value changed, found by its first byte.
  fileprivate func changing(at place: Int32, by change: Finding.Repair.Change) -> JSONNode {
    if case .replace(let value) = change, start == place { return value.node(at: self) }
    var result = self
    switch value {
    case .array(var items):
      for index in items.indices where items[index].start <= place && place < items[index].end {
        items[index] = items[index].changing(at: place, by: change)
      }
      result.value = .array(items)
    case .object(var members):
      for index in members.indices
      where members[index].keyStart <= place && place < members[index].node.end {
        if case .rename(let name) = change, members[index].keyStart == place {
          members[index].rename(name)
        } else {
          members[index].node = members[index].node.changing(at: place, by: change)
        }
      }
      result.value = .object(members)
    default: break
    }
    return result
  }
}

extension JSONValue {
  /// The value as if it stood in the text where `place` stands.
  fileprivate func node(at place: JSONNode) -> JSONNode {
    switch self {
    case .null: JSONNode(.null, at: place)
    case .bool(let flag): JSONNode(.bool(flag), at: place)
    case .number(let number): JSONNode(.number(number), at: place)
    case .string(let text): JSONNode(.string(text), at: place)
    case .array(let items): JSONNode(.array(items.map { $0.node(at: place) }), at: place)
    case .object(let members):
      JSONNode(
        .object(
          members.map {
            JSONMember(
              key: $0.key, keyStart: place.start, keyEnd: place.end, node: $0.value.node(at: place))
          }), at: place)
    }
  }
}

extension SceneDocument {
  /// Makes every repair that is safe, and leaves the rest of the text as it is.
  ///
  /// - Returns: the new text and the diagnostics whose patches were applied, in order.
  public static func applyingFixes(
    to text: [UInt8], options: ReadingOptions = ReadingOptions()
  ) -> (text: [UInt8], fixed: [Diagnostic]) {
    var bytes = text
    var fixed: [Diagnostic] = []
    // One repair can bring another within reach; each round has fewer left to do.
    for _ in 0..<8 {
      let round = DocumentText(bytes, options)
      let repairs = round.safeRepairs()
      if repairs.isEmpty { break }
      for (finding, edit) in repairs.reversed() {
        bytes.replaceSubrange(edit.range, with: edit.text)
        fixed.append(round.diagnostic(finding).markedSafe())
      }
    }
    return (bytes, fixed)
  }

  public static func applyingFixes(
    to text: String, options: ReadingOptions = ReadingOptions()
  ) -> (text: String, fixed: [Diagnostic]) {
    let result = applyingFixes(to: Array(text.utf8), options: options)
    return (String(decoding: result.text, as: UTF8.self), result.fixed)
  }
}

extension Diagnostic {
  fileprivate func markedSafe() -> Diagnostic {
    var result = self
    result.patchSafe = true
    return result
  }
}

extension DocumentText {
  fileprivate struct Edit {
    var range: Range<Int>
    var text: [UInt8]
  }

  /// In the order of the text; no two of them give one object the same key.
  fileprivate func safeRepairs() -> [(Finding, Edit)] {
    var targets: Set<String> = []
    let ordered = interpretation.findings.list.sorted { $0.place < $1.place }
    return ordered.compactMap { finding in
      guard let repair = finding.repair, isSafe(finding) else { return nil }
      let path = source.root.path(at: finding.place)
      switch repair.change {
      case .rename(let name):
        guard targets.insert(jsonPointer(path.dropLast() + [name])).inserted else { return nil }
        let text = JSONValue.string(name).compactText
        return (finding, Edit(range: Int(finding.place)..<Int(finding.end), text: Array(text.utf8)))
      case .replace(let value):
        let node = source.root.descend(path).node
        let text = Array(value.compactText.utf8)
        return (finding, Edit(range: Int(node.start)..<Int(node.end), text: text))
      }
    }
  }
}
