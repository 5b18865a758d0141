import Foundation
import Storage
import Workflows

/// A folder that goes with its owner.
final class Scratch: Sendable {
  let folder = NSTemporaryDirectory() + "workflows-tests-" + UUID().uuidString
  var file: String { folder + "/test.db" }

  init() throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: folder) }

  func database() throws -> SQLiteDatabase {
    try SQLiteDatabase(path: file, migrations: [Engine.migrations])
  }
}
