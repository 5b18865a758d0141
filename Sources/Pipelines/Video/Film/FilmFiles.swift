internal import Foundation
internal import Media
internal import Storage

extension VideoStudio {
  /// Puts the files of `scenes` into the project's folder under readable names, where `reelnode preview` and the render
  /// children find them.
  func place(_ scenes: [FilmScene], project: String) async throws {
    let folder = projectFolder(project)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    for scene in scenes {
      for (role, file) in scene.files {
        let path = "\(folder)/\(scene.name(role, file))"
        if FileManager.default.fileExists(atPath: path) { continue }
        let stored = try await assets.file(of: file.sha256)
        let partial = "\(folder)/.\(UUID().uuidString)"
        do {
          try FileManager.default.linkItem(atPath: stored, toPath: partial)
        } catch {
          try FileManager.default.copyItem(atPath: stored, toPath: partial)
        }
        // Two that do it at the same time put the same bytes there.
        if HostFile.rename(partial, to: path) != 0 {
          try? FileManager.default.removeItem(atPath: partial)
          throw StorageError(.inputOutput, "cannot be put in place", path: path)
        }
        // A rename onto another name of the same file leaves both.
        try? FileManager.default.removeItem(atPath: partial)
      }
    }
  }
}
