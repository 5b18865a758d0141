/// The text a document was read from, kept so that later stages can say where a value came from.
public struct DocumentSource: Sendable {
  /// More are not told at once.
  public static let maximumDiagnostics = 100

  let text: SourceText
  /// As it was written.
  let root: JSONNode
  /// After import, variables and merging: the shape a document's pointers refer to.
  let effective: JSONNode
  let allowances: [Allowance]
  /// Whether `effective` has any key that begins with `x-`.
  var hasPrivateKeys = true

  /// A warning silenced with a reason for an object and all in it.
  struct Allowance: Sendable {
    /// First byte of the object that has the list.
    var object: Int32
    var code: DiagnosticCode
  }

  /// A diagnostic about a value of the document.
  ///
  /// - Parameter pointer: RFC 6901, into the document after merging; `/scenes/3/avatar/fit` is found also
  ///   where it came from the defaults, and is then told there. Of a pointer to nothing, such as that
  ///   of a default, the nearest value around it is told.
  /// - Parameter isAboutKey: place it at the key and not at the value.
  public func diagnostic(
    _ code: DiagnosticCode, at pointer: String, isAboutKey: Bool = false, _ message: String
  ) -> Diagnostic {
    let path = jsonPointerPath(pointer)
    let found = effective.descend(path)
    var (start, end) = (found.node.start, found.node.end)
    if isAboutKey, found.steps == path.count, let member = found.member {
      (start, end) = (member.keyStart, member.keyEnd)
    } else if !found.node.members.isEmpty || !found.node.items.isEmpty {
      end = start + 1
    }
    var diagnostic = Diagnostic(code, at: jsonPointer(root.path(at: start)), message)
    if path.count >= 2, path[0] == "scenes", let index = Int(path[1]) {
      let scenes = effective["scenes"]?.items ?? []
      if scenes.indices.contains(index) { diagnostic.scene = scenes[index]["id"]?.string }
    }
    place(&diagnostic, from: start, to: end)
    return diagnostic
  }

  /// What is told of a list of diagnostics: without the silenced ones, in the order of the text, at
  /// most 100, and, where `strict`, with warnings as errors.
  public func report(_ diagnostics: [Diagnostic], strict: Bool = false) -> [Diagnostic] {
    var seen: Set<Diagnostic> = []
    var kept = diagnostics.filter { !isSilenced($0) && seen.insert($0).inserted }
    kept.sort {
      ($0.line ?? 0, $0.column ?? 0, $0.code.rawValue)
        < ($1.line ?? 0, $1.column ?? 0, $1.code.rawValue)
    }
    kept = Array(kept.prefix(Self.maximumDiagnostics))
    if strict { for index in kept.indices { kept[index].severity = .error } }
    return kept
  }

  func place(_ diagnostic: inout Diagnostic, from start: Int32, to end: Int32) {
    let place = text.place(of: Int(start))
    (diagnostic.line, diagnostic.column) = (place.line, place.column)
    diagnostic.length = text.utf16Count(Int(start)..<max(Int(start), Int(end)))
  }

  // MARK: Silenced warnings

  private func isSilenced(_ diagnostic: Diagnostic) -> Bool {
    guard diagnostic.code.severity == .warning else { return false }
    let codes = allowances.filter { $0.code == diagnostic.code }
    guard !codes.isEmpty else { return false }
    var around: Set<Int32> = [root.start]
    let path = jsonPointerPath(diagnostic.pointer)
    for count in 0...path.count {
      around.insert(root.descend(Array(path.prefix(count))).node.start)
    }
    if let id = diagnostic.scene {
      let scene = root["scenes"]?.items.first { ($0["id"] ?? $0["sceneId"])?.string == id }
      if let scene { around.insert(scene.start) }
    }
    return codes.contains { around.contains($0.object) }
  }
}

extension DocumentSource {
  /// Reads the `x-allow` lists of a tree: `[{"code": "W_…", "reason": "…"}]`.
  static func allowances(in node: JSONNode, _ findings: inout Findings) -> [Allowance] {
    var list: [Allowance] = []
    for item in node.items { list += allowances(in: item, &findings) }
    for member in node.members {
      guard member.key == "x-allow" else {
        if !member.isPrivate { list += allowances(in: member.node, &findings) }
        continue
      }
      if case .array = member.node.value {
      } else {
        findings.settle(
          Finding(.type, value: member.node, .aboutValue("must be a list of codes with reasons")))
      }
      for item in member.node.items {
        if let allowance = allowance(item, &findings) {
          list.append(Allowance(object: node.start, code: allowance))
        }
      }
    }
    return list
  }

  private static func allowance(_ item: JSONNode, _ findings: inout Findings) -> DiagnosticCode? {
    guard item.isObject else {
      findings.settle(
        Finding(.type, value: item, .aboutValue("must be an object with 'code' and 'reason'")))
      return nil
    }
    for key in ["code", "reason"] where item[key] == nil {
      findings.add(Finding(.missingKey, value: item, .whole("an x-allow entry needs '\(key)'")))
      return nil
    }
    guard let text = item["code"]?.string, let code = DiagnosticCode(rawValue: text),
      code.severity == .warning
    else {
      if let node = item["code"] {
        let codes = DiagnosticCode.allCases.filter { $0.severity == .warning }.map(\.rawValue)
        findings.settle(
          Finding(
            .word, value: node, .aboutValue("must be the code of a warning"), allowed: codes))
      }
      return nil
    }
    guard let reason = item["reason"]?.string, !reason.trimmingSpaces().isEmpty else {
      if let node = item["reason"] {
        findings.settle(
          Finding(.type, value: node, .aboutValue("must say why the warning is no concern")))
      }
      return nil
    }
    return code
  }
}
