public import Media

/// The folder that every asset path of a document is resolved below.
///
/// A path can name nothing outside of it: parts are checked as text first, then each one is opened from the
/// folder before it without following symbolic links.
public struct AssetRoot: Sendable, Hashable {
  /// Absolute, without links and dots.
  public let path: String

  /// `path` may be relative and may itself be a link. Throws `AssetError` when it is no folder.
  public init(path: String) throws(AssetError) {
    do throws(LocalFile.Refusal) {
      self.path = try LocalFile.resolveFolder(path.isEmpty ? "." : path)
    } catch {
      let words = if case .system(let words) = error { words } else { "there is no such folder" }
      throw AssetError(
        error == .missing ? .missing : .io, path: path,
        problem: "it cannot be the asset root: \(words)",
        remedy: "name an existing folder with --assets")
    }
  }

  /// Where the file at `assetPath` is. The path is checked as text alone; the file need not exist.
  ///
  /// Always begins with `/`, so that no part of it can be taken for an address.
  public func location(of assetPath: String) throws(AssetError) -> String {
    try Self.check(assetPath)
    return (path == "/" ? "" : path) + "/" + assetPath
  }

  /// Opens the regular file at `assetPath` for reading.
  public func open(_ assetPath: String) throws(AssetError) -> LocalFile {
    try Self.check(assetPath)
    do throws(LocalFile.Refusal) {
      return try LocalFile(
        below: path, parts: assetPath.split(separator: "/").map(String.init))
    } catch {
      throw AssetError(error, path: assetPath)
    }
  }

  /// Throws `E_PATH_FORBIDDEN` for a path that is not plainly one below a folder.
  static func check(_ path: String) throws(AssetError) {
    func refuse(_ problem: String, _ remedy: String) -> AssetError {
      AssetError(.pathForbidden, path: printable(path), problem: problem, remedy: remedy)
    }
    let relative = "give a path relative to the asset root, such as clips/intro.mp4"
    if path.isEmpty { throw refuse("the path is empty", relative) }
    if path.utf8.count > 512 {
      throw refuse("the path is \(path.utf8.count) bytes long, at most 512 are accepted", relative)
    }
    if path.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) {
      throw refuse("the path holds control characters", "rename the file")
    }
    if path.hasPrefix("/") { throw refuse("the path is absolute", relative) }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    if parts[0].utf8.contains(UInt8(ascii: ":")) {
      throw refuse(
        "the path reads as an address or drive",
        "download the file below the asset root and give its path there")
    }
    if path.utf8.contains(UInt8(ascii: "\\")) {
      throw refuse("the path has a backslash", "write '/' between its parts")
    }
    if parts.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." }) {
      throw refuse("the path has an empty part, '.' or '..'", relative)
    }
  }

  /// `text` without what would move a terminal's cursor, and not longer than a line.
  private static func printable(_ text: String) -> String {
    let scalars = text.unicodeScalars.prefix(120).map {
      $0.properties.generalCategory == .control ? Unicode.Scalar(0xFFFD)! : $0
    }
    return String(String.UnicodeScalarView(scalars))
  }
}
