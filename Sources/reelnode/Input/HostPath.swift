internal import Foundation

/// What a path of the command line leads to.
enum HostPath {
  static func isFolder(_ path: String) -> Bool {
    // A link to a folder is one, so links are followed first.
    let url = URL(fileURLWithPath: path).resolvingSymlinksInPath()
    return (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
  }
}
