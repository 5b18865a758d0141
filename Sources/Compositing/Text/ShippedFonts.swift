internal import Foundation
internal import Media
internal import SceneDocument
internal import Synchronization

/// The fonts of films that bring none: Noto Sans for most scripts, Noto Sans CJK, and Symbola for signs and
/// emoji (drawn in one colour).
///
/// `Scripts/setup` installs them from Debian's packages. They are opened by these names alone, in these folders
/// alone, and a segment's key holds the SHA-256 of each file that it is set in.
public final class ShippedFonts: Sendable {
  /// Where Debian's packages put them.
  public static let debianFolders = [
    "/usr/share/fonts/truetype/noto", "/usr/share/fonts/opentype/noto",
    "/usr/share/fonts/truetype/ancient-scripts",
  ]

  public let folders: [String]
  private let cacheFolder: String?
  private let loaded = Mutex<[String: FontBook.File?]>([:])

  /// - Parameters:
  ///   - folders: where the files are looked for, in order.
  ///   - cacheFolder: keeps their hashes between runs.
  public init(folders: [String] = ShippedFonts.debianFolders, cacheFolder: String? = nil) {
    (self.folders, self.cacheFolder) = (folders, cacheFolder)
  }

  /// The packages that hold them, for messages.
  static let packages = "fonts-noto-core, fonts-noto-cjk and fonts-symbola"
  public static let command =
    "sudo apt-get install fonts-noto-core fonts-noto-cjk fonts-symbola"

  /// The files that every installation has; fonts of further scripts are opened when a text needs them.
  public static let fileNames: [String] =
    ["NotoSans-Regular.ttf", "NotoSans-Bold.ttf"]
    + ["NotoSansCJK-Regular.ttc", "NotoSansCJK-Bold.ttc", "Symbola_hint.ttf"]

  /// Blocks of Unicode with a Noto font of their own, by the beginning of its file's name.
  private static let blocks: [(range: ClosedRange<UInt32>, stem: String)] = [
    (0x0530...0x058F, "NotoSansArmenian"), (0x0590...0x05FF, "NotoSansHebrew"),
    (0x0600...0x08FF, "NotoSansArabic"), (0x0900...0x097F, "NotoSansDevanagari"),
    (0x0980...0x09FF, "NotoSansBengali"), (0x0A00...0x0A7F, "NotoSansGurmukhi"),
    (0x0A80...0x0AFF, "NotoSansGujarati"), (0x0B00...0x0B7F, "NotoSansOriya"),
    (0x0B80...0x0BFF, "NotoSansTamil"), (0x0C00...0x0C7F, "NotoSansTelugu"),
    (0x0C80...0x0CFF, "NotoSansKannada"), (0x0D00...0x0D7F, "NotoSansMalayalam"),
    (0x0D80...0x0DFF, "NotoSansSinhala"), (0x0E00...0x0E7F, "NotoSansThai"),
    (0x0E80...0x0EFF, "NotoSansLao"), (0x1000...0x109F, "NotoSansMyanmar"),
    (0x10A0...0x10FF, "NotoSansGeorgian"), (0x1200...0x139F, "NotoSansEthiopic"),
    (0x1780...0x17FF, "NotoSansKhmer"), (0x1C90...0x1CBF, "NotoSansGeorgian"),
    (0xFB50...0xFDFF, "NotoSansArabic"), (0xFE70...0xFEFC, "NotoSansArabic"),
  ]

  /// SHA-256 and path of every file opened so far.
  var loadedPaths: [String: String] {
    loaded.withLock { loaded in
      Dictionary(
        loaded.values.compactMap { $0.map { ($0.sha256, $0.font.path) } }, uniquingKeysWith: { $1 })
    }
  }

  /// The face for a character that `has` accepts; nil where no shipped font has it.
  func face(
    for character: Character, weight: Int, _ region: Region?, _ has: (FontBook.Face) -> Bool
  ) -> FontBook.Face? {
    let style = weight >= 600 ? "Bold" : "Regular"
    guard let scalar = character.unicodeScalars.first?.value else { return nil }
    var names: [(name: String, family: String?)] = []
    let ideographs = (
      "NotoSansCJK-\(style).ttc", (region ?? .simplified).family as String?
    )
    // Latin letters between ideographs are those of the same font.
    if region != nil { names.append(ideographs) }
    if let block = Self.blocks.first(where: { $0.range.contains(scalar) }) {
      names.append(("\(block.stem)-\(style).ttf", nil))
    }
    names.append(("NotoSans-\(style).ttf", nil))
    if region == nil { names.append(ideographs) }
    names.append(("NotoSansSymbols-\(style).ttf", nil))
    names.append(("Symbola_hint.ttf", nil))
    // Signs that Unicode presents as emoji: a text font's own is a small one.
    if character.unicodeScalars.first?.properties.isEmojiPresentation == true {
      names.insert(("Symbola_hint.ttf", nil), at: 0)
    }
    for (name, family) in names {
      guard let file = file(named: name),
        let face = file.font.faces.first(where: { family == nil || $0.family == family })
      else { continue }
      let found = FontBook.Face(sha256: file.sha256, file: file.font, face: face)
      if has(found) { return found }
    }
    return nil
  }

  /// Names of `fileNames` that are not installed.
  public var absent: [String] { Self.fileNames.filter { file(named: $0) == nil } }

  /// Whether the fonts that most text needs are there.
  public var isInstalled: Bool {
    ["NotoSans-Regular.ttf", "NotoSansCJK-Regular.ttc"].allSatisfy { file(named: $0) != nil }
  }

  /// The file of this name, opened and hashed once; nil where it is not installed.
  public func file(named name: String) -> FontBook.File? {
    loaded.withLock { loaded in
      if let known = loaded[name] { return known }
      let found = open(name)
      loaded[name] = .some(found)
      return found
    }
  }

  private func open(_ name: String) -> FontBook.File? {
    for folder in folders {
      guard let root = try? AssetRoot(path: folder),
        let probed = try? ProbeService(root: root, cacheFolder: cacheFolder).font(at: name),
        let font = try? FontFile(path: probed.location)
      else { continue }
      return FontBook.File(sha256: probed.record.sha256, font: font)
    }
    return nil
  }
}
