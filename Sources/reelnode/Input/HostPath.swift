internal import Foundation

/// What a path of the command line leads to.
enum HostPath {
  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

  static func isRegular(_ path: String) -> Bool { type(of: path) == .typeRegular }

  /// The file that a link leads to; any other path is itself.
  static func followingLinks(_ path: String) -> String {
    guard type(of: path) == .typeSymbolicLink else { return path }
    return URL(fileURLWithPath: path).resolvingSymlinksInPath().path
  }

  /// Of the path itself, not of what a link leads to.
  private static func type(of path: String) -> FileAttributeType? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.type] as? FileAttributeType
  }

  static func isFolder(_ path: String) -> Bool {
    // A link to a folder is one, so links are followed first.
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    return (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
  }

  /// From the root, without dots.
  static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardized.path }

  /// Absolute, without links and dots in its folder.
  static func resolved(_ path: String) -> String {
    let url = URL(fileURLWithPath: path)
    return url.deletingLastPathComponent().resolvingSymlinksInPath()
      .appendingPathComponent(url.lastPathComponent, isDirectory: false).path
  }
}

extension HostPath {
  /// The program that runs, so that its children are the same also when its file has been replaced by a newer one.
  static var ownExecutable: String {
    let link = "/proc/self/exe"
    if FileManager.default.isExecutableFile(atPath: link) { return link }
    return Bundle.main.executablePath ?? CommandLine.arguments[0]
  }
}
