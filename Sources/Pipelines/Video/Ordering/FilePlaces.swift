internal import Foundation

/// Where the files may lie that an event names, on a node whose events come from others.
public struct FilePlaces: Sendable, Hashable {
  /// Absolute paths of folders; nil where no file may be named.
  public var briefs: String?
  public var films: String?

  public init(briefs: String?, films: String?) { (self.briefs, self.films) = (briefs, films) }

  /// Refuses what lies elsewhere, and says nothing of whether it is there; makes the folder that the film is to lie in.
  func admit(_ request: FilmRequested) throws(RequestRefused) {
    guard Self.lies(request.brief, in: briefs) else {
      throw RequestRefused(
        description:
          "the brief '\(request.brief)' does not lie in a folder that this node takes briefs from\n  → send its text or an upload to /api/v1/projects, or start the node with --documents"
      )
    }
    guard let output = request.output else { return }
    let folder = (output as NSString).deletingLastPathComponent
    guard Self.lies(folder, in: films), Self.lies(output, in: films),
      output.lowercased().hasSuffix(".mp4")
    else {
      throw RequestRefused(
        description:
          "the film cannot be written to '\(output)'\n  → name an .mp4 file in \(films.map { "'\($0)'" } ?? "no place: this node writes none"), or no output"
      )
    }
    // Where that cannot be done, looking for a place of the film says so.
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  /// Also where links have been followed.
  private static func lies(_ path: String, in folder: String?) -> Bool {
    guard let folder, !path.split(separator: "/").contains("..") else { return false }
    let (real, root) = (resolved(path), resolved(folder))
    return (real + "/").hasPrefix(root.hasSuffix("/") ? root : root + "/")
  }

  private static func resolved(_ path: String) -> String {
    URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }
}
