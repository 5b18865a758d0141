import Foundation

/// A folder for one test, deleted with it.
final class BriefFolder {
  let path: String

  init() throws {
    path =
      FileManager.default.temporaryDirectory.appending(path: "briefs-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ data: Data, _ name: String) throws -> String {
    let file = "\(path)/\(name)"
    try data.write(to: URL(fileURLWithPath: file))
    return file
  }

  func write(_ text: String, _ name: String) throws -> String { try write(Data(text.utf8), name) }

  /// A program that does what the script says.
  func program(_ script: String, _ name: String) throws -> String {
    let file = try write("#!/bin/sh\n" + script + "\n", name)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
    return file
  }
}
