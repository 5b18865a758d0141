/// How a document is read.
public struct ReadingOptions: Sendable {
  /// Takes the place of the document's preset; keys that the document names still win.
  public var preset: Output.Preset?
  /// For payloads, which cannot say it themselves: what becomes of a scene without avatar or background.
  public var onMissing = Scene.OnMissing.fail
  /// Warnings are errors.
  public var strict = false

  public init() {}
}

/// What was found in a text: a document, or why there is none.
public struct DocumentReading: Sendable {
  /// Nil if there is any error.
  public let document: SceneDocument?
  /// In the order of the text.
  public let diagnostics: [Diagnostic]
  /// Places of the text, for diagnostics of later stages.
  public let source: DocumentSource
}

extension SceneDocument {
  /// Reads a scene document, or a payload of the former cloud function, from UTF-8 text.
  ///
  /// All mistakes of a stage are told at once: those of the JSON syntax, then those of the document.
  public static func read(
    _ text: some Sequence<UInt8>, options: ReadingOptions = ReadingOptions()
  ) -> DocumentReading {
    DocumentText(Array(text), options).reading()
  }

  public static func read(
    _ text: String, options: ReadingOptions = ReadingOptions()
  ) -> DocumentReading {
    read(Array(text.utf8), options: options)
  }
}

/// One text on its way to a document.
struct DocumentText {
  let options: ReadingOptions
  let source: DocumentSource
  let interpretation: Interpretation
  /// Why the text is not JSON; then there is nothing else.
  let failure: Finding?
  private let failurePath: [String]
  let hasDollar: Bool

  init(_ bytes: [UInt8], _ options: ReadingOptions) {
    self.options = options
    let text = SourceText(bytes)
    var reader = JSONReader(bytes)
    let empty = JSONNode(.null, from: 0, to: 0)
    do throws(JSONSyntaxError) {
      if bytes.count > JSONReader.maximumBytes {
        var error = reader.error(at: 0, "the text is larger than 8 MiB")
        error.isLimit = true
        throw error
      }
      let root = try reader.document()
      var findings = Findings()
      reader.report(to: &findings)
      let allowances = reader.hasAllowance ? DocumentSource.allowances(in: root, &findings) : []
      hasDollar = reader.hasDollar
      interpretation = DocumentDecoder.interpret(
        root, options: options, hasDollar: hasDollar, findings: findings)
      source = DocumentSource(
        text: text, root: root, effective: interpretation.effective, allowances: allowances,
        hasPrivateKeys: reader.hasPrivateKeys || PayloadImport.recognises(root))
      (failure, failurePath) = (nil, [])
    } catch {
      let end = min(error.offset + 1, bytes.count)
      failure = Finding(
        error.isLimit ? .limit : .jsonSyntax, bytes: error.offset..<max(error.offset, end),
        error.message)
      failurePath = error.path.reversed()
      hasDollar = false
      interpretation = Interpretation(effective: empty, findings: Findings())
      source = DocumentSource(text: text, root: empty, effective: empty, allowances: [])
    }
  }

  func reading() -> DocumentReading {
    if let failure {
      var diagnostic = diagnostic(failure, path: failurePath)
      diagnostic.pointer = jsonPointer(failurePath)
      return DocumentReading(document: nil, diagnostics: [diagnostic], source: source)
    }
    let first = interpretation.findings.list.sorted {
      ($0.place, $0.code.rawValue) < ($1.place, $1.code.rawValue)
    }
    // Some more than can be told, because silenced warnings may be among them.
    let told = first.prefix(10 * DocumentSource.maximumDiagnostics).map { self.diagnostic($0) }
    let diagnostics = source.report(Array(told), strict: options.strict).map(withSafety)
    let isSound = !diagnostics.contains { $0.severity == .error }
    return DocumentReading(
      document: isSound ? interpretation.document : nil, diagnostics: diagnostics, source: source)
  }

  // MARK: From findings to diagnostics

  func diagnostic(_ finding: Finding, path known: [String]? = nil) -> Diagnostic {
    let path = known ?? source.root.path(at: finding.place)
    let pointer = jsonPointer(path)
    let message =
      switch finding.message {
      case .whole(let text): text
      case .aboutValue(let predicate): Self.subject(path) + " " + predicate
      }
    var diagnostic = Diagnostic(finding.code, at: pointer, message)
    if path.count >= 2, path[0] == "scenes" {
      let scene = source.root.descend(Array(path.prefix(2))).node
      diagnostic.scene = (scene["id"] ?? scene["sceneId"])?.string
    }
    source.place(&diagnostic, from: finding.place, to: finding.end)
    if !finding.allowed.isEmpty { diagnostic.allowed = finding.allowed }
    if let repair = finding.repair {
      diagnostic.suggestion = repair.suggestion
      diagnostic.patch = [repair.operation(at: path)]
      diagnostic.patchSafe = false
    }
    return diagnostic
  }

  /// A value as a message begins with it: `'size' item 2`.
  private static func subject(_ path: [String]) -> String {
    guard let last = path.last else { return "the document" }
    if path.count >= 2, let index = Int(last) {
      return "'\(path[path.count - 2])' item \(index + 1)"
    }
    return "'\(last)'"
  }

  private func withSafety(_ diagnostic: Diagnostic) -> Diagnostic {
    guard let operation = diagnostic.patch?.first else { return diagnostic }
    var result = diagnostic
    let finding = interpretation.findings.list.first {
      guard let repair = $0.repair, $0.code == diagnostic.code else { return false }
      return repair.operation(at: source.root.path(at: $0.place)) == operation
    }
    if let finding { result.patchSafe = isSafe(finding) }
    return result
  }
}
