internal import ArgumentParser
internal import Foundation
internal import GoldenFrames
internal import SceneDocument

/// Documents of the command line, and those in folders of it.
struct GoldenDocuments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Scene documents, or folders in which every one is meant.", valueName: "doc|folder"))
  var paths: [String]

  @Option(
    help: ArgumentHelp(
      "The folder that asset paths are relative to. (default: each document's own)",
      valueName: "dir"))
  var assets: String?

  /// Each document once, in the order of the command line, those of a folder by name.
  ///
  /// In a folder a document is a JSON file that says it is one, or that has a golden. Throws for a path that leads
  /// nowhere and a folder without documents.
  func list() throws(Failure) -> [String] {
    var found: [String] = []
    for path in paths {
      guard HostPath.isFolder(path) else {
        found.append(path)
        continue
      }
      let inside = Self.documents(in: path)
      if inside.isEmpty {
        throw Failure.usage(
          .inputOutput,
          "there is no scene document in '\(path)'\n  → name a document, or a folder of them")
      }
      found += inside
    }
    var seen: Set<String> = []
    return found.filter { seen.insert(HostPath.resolved($0)).inserted }
  }

  private static func documents(in folder: String) -> [String] {
    let base = folder.hasSuffix("/") ? String(folder.dropLast()) : folder
    guard let walk = FileManager.default.enumerator(atPath: base) else { return [] }
    var found: Set<String> = []
    while let name = walk.nextObject() as? String {
      let path = base + "/" + name
      if name.hasSuffix(".golden"), HostPath.isFolder(path) {
        walk.skipDescendants()
        // A golden whose document is gone is told as a document that cannot be read.
        found.insert(path.dropLast(7) + ".json")
      } else if name.hasSuffix(".json"), saysItIsDocument(path) {
        found.insert(path)
      }
    }
    return found.sorted()
  }

  private static func saysItIsDocument(_ path: String) -> Bool {
    guard let file = try? FileHandle(forReadingFrom: URL(fileURLWithPath: path)),
      let head = try? file.read(upToCount: 4096)
    else { return false }
    return String(decoding: head, as: UTF8.self).contains(/"spec"\s*:\s*"scene\//)
  }
}
