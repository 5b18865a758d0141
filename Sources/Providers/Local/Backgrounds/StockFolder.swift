internal import Foundation
internal import Media

/// A user's folder of clips and pictures, and which of them goes with which words.
struct StockFolder {
  struct Entry {
    /// Below the folder, without links on the way.
    var parts: [String]
    /// Of its name and of the folders it lies in, NFC and lower case.
    var words: [String]
    /// What the listing is sorted by: the same on disks that keep names in another form.
    fileprivate var order: (folded: [UInt8], raw: [UInt8])
  }

  /// Absolute, without links.
  let path: String
  /// Sorted by path.
  let entries: [Entry]

  static let extensions: Set<String> = [
    "mp4", "m4v", "mov", "mkv", "webm", "png", "jpg", "jpeg", "webp", "gif",
  ]
  private static let depth = 8
  private static let most = 20_000

  /// Lists the folder. Hidden files are left out, and so are links to other folders and links that lead out of it.
  init(path folder: String, interrupt: Interrupt) throws {
    let root = try LocalFile.resolveFolder(folder)
    var found: [[String]] = []
    try Self.list(root, [], into: &found, interrupt)
    path = root
    entries = found.map(Entry.init).sorted {
      $0.order.folded == $1.order.folded
        ? $0.order.raw.lexicographicallyPrecedes($1.order.raw)
        : $0.order.folded.lexicographicallyPrecedes($1.order.folded)
    }
  }

  private static func list(
    _ root: String, _ folder: [String], into found: inout [[String]], _ interrupt: Interrupt
  ) throws {
    let files = FileManager.default
    let place = ([root] + folder).joined(separator: "/")
    for name in (try? files.contentsOfDirectory(atPath: place)) ?? [] where !name.hasPrefix(".") {
      try interrupt.check()
      guard found.count < most else { return }
      let type = (try? files.attributesOfItem(atPath: place + "/" + name))?[.type]
      switch type as? FileAttributeType {
      case .typeDirectory where folder.count < depth:
        try list(root, folder + [name], into: &found, interrupt)
      case .typeRegular where extensions.contains((name as NSString).pathExtension.lowercased()):
        found.append(folder + [name])
      case .typeSymbolicLink:
        if let parts = target(of: place + "/" + name, below: root) { found.append(parts) }
      default: break
      }
    }
  }

  /// Where a link to a file of the folder itself leads.
  private static func target(of link: String, below root: String) -> [String]? {
    let folder = (link as NSString).resolvingSymlinksInPath
    guard folder.hasPrefix(root + "/"),
      extensions.contains((folder as NSString).pathExtension.lowercased())
    else { return nil }
    return folder.dropFirst(root.count + 1).split(separator: "/").map(String.init)
  }

  /// The entries in the order in which they suit `request`, the best first.
  ///
  /// Files that suit alike, or not at all, take turns from scene to scene.
  func ranking(for request: BackgroundRequest) -> [Entry] {
    let keywords = request.keywords.flatMap(StockWords.of)
    let title = StockWords.of(request.title)
    var groups: [Int: [Entry]] = [:]
    for entry in entries {
      let score =
        3 * StockWords.agreement(keywords, entry.words) + StockWords.agreement(title, entry.words)
      groups[score, default: []].append(entry)
    }
    return groups.sorted { $0.key > $1.key }.flatMap { _, group in
      let turn = max(0, request.position) % group.count
      return group[turn...] + group[..<turn]
    }
  }
}

extension StockFolder.Entry {
  fileprivate init(_ parts: [String]) {
    self.parts = parts
    let path = parts.joined(separator: "/")
    words = StockWords.of((path as NSString).deletingPathExtension)
    order = (Array(path.precomposedStringWithCanonicalMapping.utf8), Array(path.utf8))
  }
}

/// Comparing of words as people name files by them.
enum StockWords {
  /// NFC, lower case, without punctuation and numbers.
  static func of(_ text: String) -> [String] {
    text.prefix(2000).precomposedStringWithCanonicalMapping.lowercased()
      .split { !$0.isLetter }.map(String.init)
  }

  /// How well `wanted` is met: 2 for an equal word, 1 for one that begins like it.
  static func agreement(_ wanted: [String], _ found: [String]) -> Int {
    Set(wanted).reduce(0) { sum, word in
      sum + (found.map { agreement(word, $0) }.max() ?? 0)
    }
  }

  private static func agreement(_ first: String, _ second: String) -> Int {
    if first == second { return 2 }
    // Plurals, and Korean particles after the noun.
    let (short, long) = first.count < second.count ? (first, second) : (second, first)
    let isHangul = short.unicodeScalars.contains { (0xAC00...0xD7A3).contains($0.value) }
    return short.count >= (isHangul ? 2 : 4) && long.hasPrefix(short) ? 1 : 0
  }
}
