public import Media
public import SceneDocument

/// The fonts that a document's text is set in: those it brings, then the shipped ones. Never the system's.
///
/// A character is set in the first font that has it: the style's own, those of `styles.fallback`, then the
/// shipped font of its script.
public struct FontBook: Sendable {
  /// A font file and the SHA-256 of its bytes.
  public struct File: Sendable {
    public var sha256: String
    public var font: FontFile
    public init(sha256: String, font: FontFile) { (self.sha256, self.font) = (sha256, font) }
  }

  /// One face of a file.
  struct Face: Sendable {
    var sha256: String
    var file: FontFile
    var face: FontFace

    var key: String { "\(sha256)/\(face.index)" }
  }

  private let faces: [String: [Face]]
  private let fallback: [String]
  private let shipped: ShippedFonts

  /// - Parameters:
  ///   - files: the files of the document's fonts that could be read, by asset id.
  public init(
    styles: Styles = Styles(), files: [String: File] = [:], shipped: ShippedFonts = ShippedFonts()
  ) {
    var faces: [String: [Face]] = [:]
    for (id, font) in styles.fonts {
      let all = font.assets.compactMap { files[$0] }.flatMap { file in
        file.font.faces.map { Face(sha256: file.sha256, file: file.font, face: $0) }
      }
      let fitting = all.filter {
        $0.face.isItalic == font.italic && (font.weight == nil || $0.face.weight == font.weight)
      }
      faces[id] = fitting.isEmpty ? all : fitting
    }
    self.faces = faces
    fallback = styles.fallback
    self.shipped = shipped
  }

  /// Whether the shipped fonts are on this machine.
  var isInstalled: Bool { shipped.isInstalled }

  /// Where the files of `pictures`' fonts are, by SHA-256.
  func paths(of pictures: some Sequence<TextPicture>) -> [String: String] {
    var known: [String: String] = [:]
    for face in faces.values.joined() { known[face.sha256] = face.file.path }
    for (sha256, path) in shipped.loadedPaths { known[sha256] = path }
    let used = Set(pictures.flatMap { $0.lines.flatMap { $0.runs.map(\.sha256) } })
    return known.filter { used.contains($0.key) }
  }

  /// A stretch of text in one font.
  struct Span: Sendable {
    var text: String
    var face: Face
  }

  struct Itemized: Sendable {
    var spans: [Span] = []
    /// Characters that no font has, in the order of the text, each once.
    var missing: [Character] = []
  }

  /// Chooses a font for every character.
  ///
  /// - Parameters:
  ///   - font: a font id of the document; nil is the shipped fonts.
  ///   - language: BCP 47; decides between the forms that Chinese, Japanese and Korean share.
  func itemize(_ text: String, font: String?, weight: Int, language: String) -> Itemized {
    var result = Itemized()
    var chain = (font.map { [$0] } ?? []) + fallback.filter { $0 != font }
    if font == nil { chain = fallback }
    let own = chain.compactMap { id in
      faces[id].flatMap { $0.min { abs($0.face.weight - weight) < abs($1.face.weight - weight) } }
    }
    // A document without fonts of its own is set in the shipped ones, and `fallback` comes after them.
    let first = font == nil ? [] : own
    let last = font == nil ? own : []
    let region = Region(language: language, text: text)
    for character in text {
      let scalars = character.unicodeScalars.filter { !TextScript.isIgnorable($0) }
      func has(_ face: Face) -> Bool { scalars.allSatisfy(face.face.covers) }
      let face: Face?
      if let current = result.spans.last?.face, Self.isCommon(character), has(current) {
        face = current
      } else {
        face =
          first.first(where: has) ?? shipped.face(for: character, weight: weight, region, has)
          ?? last.first(where: has)
      }
      guard let face else {
        if !result.missing.contains(character) { result.missing.append(character) }
        continue
      }
      if let current = result.spans.last, current.face.key == face.key {
        result.spans[result.spans.count - 1].text.append(character)
      } else {
        result.spans.append(Span(text: String(character), face: face))
      }
    }
    return result
  }

  /// Spaces and signs that stand in every script: they stay in the font of what is before them.
  private static func isCommon(_ character: Character) -> Bool {
    character == " " || character == "\u{A0}" || character.isASCII && character.isPunctuation
  }
}

/// Whose forms of the ideographs are shown.
enum Region: Sendable {
  case japanese, korean, simplified, traditional, hongKong

  /// nil when the text has no need of it.
  init?(language: String, text: String) {
    let tag = language.lowercased().split(separator: "-").map(String.init)
    switch tag.first {
    case "ja": self = .japanese
    case "ko": self = .korean
    case "zh", "yue":
      if tag.contains("hk") || tag.contains("mo") || tag.first == "yue" {
        self = .hongKong
      } else if tag.contains("tw") || tag.contains("hant") {
        self = .traditional
      } else {
        self = .simplified
      }
    default:
      // The text itself tells: kana is Japanese, Hangul is Korean.
      var found: Region?
      for character in text {
        if TextScript.isHangul(character) {
          self = .korean
          return
        }
        guard TextScript.isIdeographic(character), let scalar = character.unicodeScalars.first
        else { continue }
        if (0x3041...0x30FF).contains(scalar.value) {
          self = .japanese
          return
        }
        found = .simplified
      }
      guard let found else { return nil }
      self = found
    }
  }

  var family: String {
    switch self {
    case .japanese: "Noto Sans CJK JP"
    case .korean: "Noto Sans CJK KR"
    case .simplified: "Noto Sans CJK SC"
    case .traditional: "Noto Sans CJK TC"
    case .hongKong: "Noto Sans CJK HK"
    }
  }
}
